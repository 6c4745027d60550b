#pragma once
// Where the messages of a set are gathered: all of them, in the order of the files, up to a bound.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validate/contract.h"

namespace scalper::grammar {

// 1-based; columns count bytes. 0 = of the file as a whole.
struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

// Errors kept of one set; more are counted and said. A set of thousands of broken contracts stays readable.
inline constexpr std::size_t kMostMessages = 1000;

// The messages of one file. What it is given is escaped already.
class Lint {
 public:
  Lint(std::string path, std::vector<LintMessage>& messages) : path_(std::move(path)), messages_(messages) {}

  void error(Place place, std::string message) { add(LintMessage::Level::kError, place, std::move(message)); }
  void warning(Place place, std::string message) { add(LintMessage::Level::kWarning, place, std::move(message)); }
  // Errors so far, those beyond the bound included.
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void add(LintMessage::Level level, Place place, std::string message) {
    const bool error = level == LintMessage::Level::kError;
    if (error) ++errors_;
    if (messages_.size() < kMostMessages)
      messages_.push_back({level, path_, place.line, place.column, std::move(message)});
    else if (error)  // never a refused set without an error
      messages_.back() = {level, path_, 0, 0, "there are more messages; these are the first"};
  }

  std::string path_;
  std::vector<LintMessage>& messages_;
  std::size_t errors_ = 0;
};

// Hostile text in quotes, fit for a message.
[[nodiscard]] std::string quoted(std::string_view text);

// The word of `known` that was probably meant, or nothing: at most a third of its letters differ (insertions,
// deletions, changes and swaps of neighbours each count one).
[[nodiscard]] std::string_view closest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace scalper::grammar
