#pragma once
// The reading half of `scalper check`: what to read, and reading it on all cores with results in order.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "hosts/cli/companion_files.h"
#include "hosts/cli/contract_files.h"
#include "model/verdict.h"
#include "validate/sample_watch.h"

namespace scalper::cli {

struct FileToCheck {
  std::string path;              // as it is shown and opened; "-" is standard input
  std::string key;               // what contracts match
  std::string root;              // "" or ending in '/': checksum files of this folder and below may speak of it
  std::uint64_t size = 0;        // for the progress line only
  std::optional<Error> failure;  // known before it was opened
};

// Files of the operands, in order; folders by name, with all that is below. `skipped` counts links and special files.
// Ends early when the token fires.
[[nodiscard]] std::vector<FileToCheck> find_files(const std::vector<std::string>& operands, std::uint64_t& skipped,
                                                  const std::stop_token& stop);

struct CheckedFile {
  std::string path;
  std::optional<Verdict> verdict;
  std::optional<Error> error;  // exactly one of the two
  double milliseconds = 0;
};

struct CheckSettings {
  const ChosenContracts& contracts;
  std::string type;  // that of all files, whatever their names say; empty: as named
  CompanionFiles& companions;
  std::stop_token stop = {};
  SampleWatch* watch = nullptr;  // learns from the files; only for check_file(), one after the other
};

// Thread-safe counters for a progress line.
struct CheckProgress {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> files{0};
};

[[nodiscard]] CheckedFile check_file(const FileToCheck& file, const CheckSettings& settings, CheckProgress& progress);

// Calls `each` for every file, in the order of `files`, on the caller's thread; `idle` about ten times a second
// between. After the settings' token fired: for those that were judged by then.
void check_all(const std::vector<FileToCheck>& files, const CheckSettings& settings, CheckProgress& progress,
               const std::function<void(const CheckedFile&)>& each, const std::function<void()>& idle);

}  // namespace scalper::cli
