#pragma once
// Test suites made by others. They are no part of the source: SCALPER_SUITES names their folder, else it is looked for
// at
// ../shared/suites beside the source.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace scalper::tests {

// The folder of one suite; nothing if it is not there.
[[nodiscard]] std::optional<std::filesystem::path> suite_folder(const std::string& name);
// Sorted by name.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace scalper::tests

// Ends the test as skipped, with the reason, where the suite is not there.
#define SCALPER_SUITE_OR_SKIP(folder, name)               \
  const auto folder = scalper::tests::suite_folder(name); \
  if (!folder.has_value()) GTEST_SKIP() << "the suite " << (name) << " is not here: set SCALPER_SUITES to its folder"
