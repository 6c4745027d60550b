#include "support/suites.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace scalper::tests {

std::optional<std::filesystem::path> suite_folder(const std::string& name) {
  const char* const named = std::getenv("SCALPER_SUITES");  // NOLINT(concurrency-mt-unsafe)
  const std::filesystem::path beside = std::filesystem::path(SCALPER_SOURCE_DIR).parent_path() / "shared" / "suites";
  const std::filesystem::path folder = (named != nullptr ? std::filesystem::path(named) : beside) / name;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
  return folder;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace scalper::tests
