#pragma once
// The one table of verbs. Parsing, help and shell completion are all made from it, so that they cannot disagree.

#include <cstddef>
#include <string_view>
#include <vector>

namespace scalper::cli {

struct OptionSpec {
  std::string_view name;   // "--contract"
  std::string_view value;  // what it takes: "FILE|DIR"; empty: a switch
  std::string_view help;
  std::string_view fallback = {};              // the value when it is not given
  std::vector<std::string_view> choices = {};  // empty: any text
  bool may_repeat = false;                     // Arguments::values() has all of them
};

struct OperandSpec {
  std::string_view name = {};
  std::size_t min = 0;
  std::size_t max = 0;  // 0: takes none
};
inline constexpr std::size_t kManyOperands = 100000;

struct ExampleSpec {
  std::string_view command;
  std::string_view says;
};

struct ExitSpec {
  int code;
  std::string_view meaning;
};

struct VerbSpec {
  std::string_view name;                      // "check", "contract lint"
  std::string_view summary;                   // one line, no full stop
  std::string_view synopsis;                  // what follows the name
  std::vector<std::string_view> description;  // paragraphs
  std::vector<OptionSpec> options;
  OperandSpec operand;
  std::vector<ExampleSpec> examples;
  std::vector<ExitSpec> exits;
};

// In the order in which help lists them.
[[nodiscard]] const std::vector<VerbSpec>& verbs();
// Null if there is none of that name.
[[nodiscard]] const VerbSpec* find_verb(std::string_view name);
// The verbs whose first word that is ("contract": "contract lint" and its sisters); empty for a verb of one word.
[[nodiscard]] std::vector<const VerbSpec*> family_of(std::string_view word);

}  // namespace scalper::cli
