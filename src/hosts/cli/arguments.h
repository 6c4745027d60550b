#pragma once
// The command line, parsed by the table of verbs.

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace scalper::cli {

struct Arguments {
  std::string verb;
  std::map<std::string, std::string, std::less<>> options;  // by name with the dashes; switches have an empty value
  std::vector<std::string> operands;
  std::map<std::string, std::vector<std::string>, std::less<>> lists = {};  // of options that may be repeated

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  // The value that was given, else the fallback of the table, else empty.
  [[nodiscard]] std::string value(std::string_view option) const;
  // All values of an option that may be repeated, in their order.
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
};

struct UsageError {
  std::string verb;         // or a family of verbs; empty: none was understood
  std::string message;      // escaped
  bool shows_help = false;  // `verb` is a family, and its help says what could have been meant
};
struct HelpWanted {
  std::string verb;  // or a family of verbs; empty: of the program
};
struct VersionWanted {};

using Parsed = std::variant<Arguments, UsageError, HelpWanted, VersionWanted>;

// `words` without the program's name.
[[nodiscard]] Parsed parse_arguments(const std::vector<std::string>& words);

}  // namespace scalper::cli
