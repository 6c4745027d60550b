#include "hosts/cli/manual.h"

#include <algorithm>

namespace scalper::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kOptionColumn = 24;

// `text` broken into lines; all but the first begin with `indent` spaces, where the first stands already.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + end > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string two_columns(const std::string& left, std::string_view right) {
  std::string line = std::string(kIndent, ' ') + left;
  if (line.size() + 2 > kOptionColumn) {
    line += "\n" + std::string(kOptionColumn, ' ');
  } else {
    line.resize(kOptionColumn, ' ');
  }
  return line + wrapped(right, kOptionColumn) + "\n";
}

std::string option_help(const OptionSpec& option) {
  std::string help(option.help);
  std::string choices;
  for (const std::string_view choice : option.choices) choices += (choices.empty() ? "" : ", ") + std::string(choice);
  if (!choices.empty()) help += " (" + choices + ")";
  if (!option.fallback.empty()) help += " [" + std::string(option.fallback) + "]";
  return two_columns(std::string(option.name) + (option.value.empty() ? "" : " ") + std::string(option.value), help);
}

std::string section(std::string_view name) { return "\n" + std::string(name) + "\n"; }

}  // namespace

std::string program_help() {
  std::string text =
      "scalper - a file gate: every file that arrives is validated in one streaming pass,\n"
      "routed to output or quarantine, recorded and reported\n\n"
      "SYNOPSIS\n  scalper VERB [OPTION]... [OPERAND]...\n  scalper --help | --version\n\nVERBS\n";
  for (const VerbSpec& verb : verbs()) text += two_columns(std::string(verb.name), verb.summary);
  return text + "\n'scalper VERB --help' and 'scalper help VERB' say all about one of them.\n";
}

std::string family_help(std::string_view word) {
  const std::string family = "scalper " + std::string(word);
  std::string synopsis;
  std::string summaries;
  for (const VerbSpec* verb : family_of(word)) {
    const std::string name = "scalper " + std::string(verb->name);
    synopsis += "  " + wrapped(name + " " + std::string(verb->synopsis), kIndent + 2) + "\n";
    summaries += two_columns(std::string(verb->name), verb->summary);
  }
  return "NAME\n  " + family + " - a family of verbs\n" + section("SYNOPSIS") + synopsis + section("VERBS") +
         summaries + "\n'" + family + " VERB --help' says all about one of them.\n";
}

std::string verb_help(const VerbSpec& verb) {
  const std::string name = "scalper " + std::string(verb.name);
  std::string text = "NAME\n  " + wrapped(name + " - " + std::string(verb.summary), kIndent) + "\n";
  text += section("SYNOPSIS") + "  " + wrapped(name + " " + std::string(verb.synopsis), kIndent) + "\n";
  text += section("DESCRIPTION");
  for (std::size_t i = 0; i < verb.description.size(); ++i)
    text += (i == 0 ? "" : "\n") + std::string(kIndent, ' ') + wrapped(verb.description[i], kIndent) + "\n";
  text += section("OPTIONS");
  for (const OptionSpec& option : verb.options) text += option_help(option);
  text += two_columns("-h, --help", "this text");
  text += section("EXAMPLES");
  for (const ExampleSpec& example : verb.examples)
    text += "  " + std::string(example.command) + "\n      " + wrapped(example.says, 6) + "\n";
  text += section("EXIT CODES");
  for (const ExitSpec& exit : verb.exits) text += two_columns(std::to_string(exit.code), exit.meaning);
  return text;
}

}  // namespace scalper::cli
