#pragma once
// main() of a benchmark that runs one of its subjects over a file that is held in memory, some rounds, and prints what
// the subject says, the file's size, and the best and median seconds. `--version` prints whom it measures.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Subject = std::function<std::string(std::string_view)>;
using Subjects = std::map<std::string, Subject>;

inline constexpr std::size_t kChunk = 65536;

inline std::string bytes_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline int run_subject(int argc, char** argv, const std::string& version, const Subjects& subjects) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("%s\n", version.c_str());
    return 0;
  }
  const auto subject = argc == 4 ? subjects.find(argv[1]) : subjects.end();
  if (subject == subjects.end()) {
    std::fprintf(stderr, "usage: %s SUBJECT FILE ROUNDS; subjects:", argv[0]);
    for (const auto& [name, run] : subjects) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 64;
  }
  const std::string bytes = bytes_of(argv[2]);
  std::string said;
  std::vector<double> seconds;
  for (int round = 0; round < std::max(1, std::atoi(argv[3])); ++round) {
    const auto start = std::chrono::steady_clock::now();
    said = subject->second(bytes);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%s %zu %.9f %.9f\n", said.c_str(), bytes.size(), seconds.front(), seconds[seconds.size() / 2]);
  return 0;
}

}  // namespace bench
