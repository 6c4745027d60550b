// What is in the beginning of each file of a folder: by our detection, or by libmagic. Prints the number of buffers and
// of those that were given a type, and the best and median seconds of some rounds over all of them.
#include <magic.h>

#include <filesystem>

#include "subjects.h"
#include "validate/detect/detect.h"

namespace {

std::vector<std::string> heads_of(const char* folder) {
  std::vector<std::string> heads;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) heads.push_back(bench::bytes_of(entry.path().c_str()).substr(0, scalper::kHeadBytes));
  }
  return heads;
}

bool ours(const std::string& head) {
  scalper::TypeQuestion question;
  question.head = head;
  question.whole = head.size() < scalper::kHeadBytes;
  return scalper::detect_type(question).type != nullptr;
}

magic_t cookie() {
  const magic_t made = magic_open(MAGIC_MIME_TYPE);
  if (made == nullptr || magic_load(made, nullptr) != 0) std::exit(1);
  return made;
}

bool libmagic(const std::string& head) {
  static const magic_t loaded = cookie();
  const char* const name = magic_buffer(loaded, head.data(), head.size());
  return name != nullptr && std::string_view(name) != "application/octet-stream";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("libmagic %d\n", magic_version());
    return 0;
  }
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_types ours|libmagic FOLDER ROUNDS\n");
    return 64;
  }
  const auto look = std::string_view(argv[1]) == "ours" ? ours : libmagic;
  const std::vector<std::string> heads = heads_of(argv[2]);
  std::size_t known = 0;
  std::vector<double> seconds;
  for (int round = 0; round < std::max(1, std::atoi(argv[3])); ++round) {
    known = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& head : heads) known += look(head) ? 1 : 0;
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%zu %zu %.9f %.9f\n", heads.size(), known, seconds.front(), seconds[seconds.size() / 2]);
  return 0;
}
