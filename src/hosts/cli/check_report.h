#pragma once
// The writing half of `scalper check`: lines for people, lines for programs, and the exit code.

#include <cstdint>
#include <string>

#include "hosts/cli/check_files.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

struct CheckCounts {
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t unverifiable = 0;
  std::uint64_t unread = 0;
  std::uint64_t bytes = 0;
  std::uint64_t by_builtin = 0;  // the built-in contract judged these

  void add(const CheckedFile& file);
  [[nodiscard]] std::uint64_t files() const { return valid + invalid + unverifiable + unread; }
  [[nodiscard]] int exit_code() const;
};

// One line of JSON with its line end, plain ASCII whatever the names are.
[[nodiscard]] std::string json_line(const CheckedFile& file);

[[nodiscard]] std::string table_head(const Terminal& terminal);
// The file's line and its findings below; everything escaped.
[[nodiscard]] std::string table_rows(const CheckedFile& file, const Terminal& terminal);
[[nodiscard]] std::string summary_line(const CheckCounts& counts, double seconds);

}  // namespace scalper::cli
