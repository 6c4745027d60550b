#include "hosts/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/escape.h"
#include "hosts/cli/verbs.h"
#include "validate/contract/lint.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kMessageChars = 400;

// Where CLI11 puts what it reads; stable addresses are needed while it parses.
struct Slots {
  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
  std::map<std::string, bool, std::less<>> switches;
  std::vector<std::string> operands;
  bool help = false;
};

void add_options(CLI::App& app, const VerbSpec& verb, Slots& slots) {
  app.set_help_flag();
  app.add_flag("-h,--help", slots.help);
  for (const OptionSpec& option : verb.options) {
    const std::string name(option.name);
    if (option.value.empty()) {
      app.add_flag(name, slots.switches[name]);
      continue;
    }
    if (option.may_repeat) {
      app.add_option(name, slots.lists[name])->allow_extra_args(false);
      continue;
    }
    CLI::Option* added = app.add_option(name, slots.values[name]);
    if (option.choices.empty()) continue;
    added->check(CLI::IsMember(std::vector<std::string>(option.choices.begin(), option.choices.end())));
  }
  if (verb.operand.max > 0) app.add_option("operands", slots.operands);
}

// A second look for options that were given: a value may be empty on purpose.
Arguments taken(const CLI::App& command, const VerbSpec& verb, Slots& slots) {
  Arguments arguments;
  arguments.verb = verb.name;
  for (const OptionSpec& option : verb.options) {
    const std::string name(option.name);
    if (command.count(name) == 0) continue;
    arguments.options[name] = option.value.empty() ? std::string() : slots.values[name];
  }
  arguments.operands = std::move(slots.operands);
  arguments.lists = std::move(slots.lists);
  return arguments;
}

UsageError usage(std::string verb, std::string_view message) {
  return {std::move(verb), escape_text(message, kMessageChars)};
}

Parsed check_operands(Arguments arguments, const OperandSpec& operand) {
  const std::size_t given = arguments.operands.size();
  if (given < operand.min) return usage(arguments.verb, std::string(operand.name) + " is missing");
  if (given > operand.max)
    return usage(arguments.verb, "too many operands, from \"" + arguments.operands[operand.max] + "\" on");
  return arguments;
}

std::string joined(const std::vector<std::string>& words, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
  return text;
}

// `; did you mean "status"?`, of verbs and of families; a word that is the second one of just one verb means that.
std::string verb_meant(const std::string& typed) {
  std::vector<std::string_view> known;
  std::vector<std::string_view> seconds;
  for (const VerbSpec& verb : verbs()) {
    known.push_back(verb.name);
    const std::size_t space = verb.name.find(' ');
    if (space == std::string_view::npos) continue;
    known.push_back(verb.name.substr(0, space));
    if (verb.name.substr(space + 1) == typed) seconds.push_back(verb.name);
  }
  const std::string_view meant = seconds.size() == 1 ? seconds.front() : grammar::closest(typed, known);
  return meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?";
}

UsageError unknown_verb(std::string family, const std::string& typed) {
  return usage(std::move(family), "there is no verb \"" + typed + "\"" + verb_meant(typed));
}

// Behind `scalper help`: a verb, a family or nothing.
Parsed help_on(const std::string& name) {
  if (name.empty() || find_verb(name) != nullptr || !family_of(name).empty()) return HelpWanted{name};
  return unknown_verb("", name);
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

// A family ("contract") named without one of its verbs.
Parsed of_family(const std::vector<std::string>& words) {
  const std::string& family = words[0];
  if (words.size() == 1) {
    UsageError bare = usage(family, "\"" + family + "\" is a family of verbs, name one of them");
    bare.shows_help = true;
    return bare;
  }
  if (!asks_for_help(words[1])) return unknown_verb(family, family + " " + words[1]);
  return help_on(words.size() == 2 ? family : family + " " + words[2]);
}

Parsed no_verb(const std::vector<std::string>& words) {
  if (words.empty()) return usage("", "a verb is missing");
  if (!family_of(words[0]).empty()) return of_family(words);
  if (words[0] == "help") return help_on(joined(words, 1));
  if (asks_for_help(words[0])) return HelpWanted{};
  if (words[0] == "--version" || words[0] == "version") return VersionWanted{};
  return unknown_verb("", words[0]);
}

const VerbSpec* verb_of(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  if (words.size() > 1)
    if (const VerbSpec* verb = find_verb(words[0] + " " + words[1])) return verb;
  return find_verb(words[0]);
}

// "--contract=" is an empty value; CLI11 would take the next word for it, which is an operand.
void split_empty_values(const VerbSpec& verb, std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const auto is_it = [&](const OptionSpec& option) {
      return !option.value.empty() && words[i] == std::string(option.name) + "=";
    };
    if (!std::any_of(verb.options.begin(), verb.options.end(), is_it)) continue;
    words[i].pop_back();
    words.insert(words.begin() + static_cast<std::ptrdiff_t>(++i), std::string());
  }
}

// A word that looks like an option and is none, with the nearest one; CLI11 says only that it was not expected.
std::optional<UsageError> unknown_option(const VerbSpec& verb, const std::vector<std::string>& words) {
  std::vector<std::string_view> known = {"--help"};
  for (const OptionSpec& option : verb.options) known.push_back(option.name);
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string typed = words[i].substr(0, words[i].find('='));
    if (!typed.starts_with("--") || std::ranges::find(known, typed) != known.end()) continue;
    const std::string_view meant = grammar::closest(typed, known);
    return usage(std::string(verb.name), "there is no option \"" + typed + "\"" +
                                             (meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?"));
  }
  return std::nullopt;
}

Parsed parse_verb(const VerbSpec& verb, std::vector<std::string> words) {
  CLI::App app;
  Slots slots;
  add_options(app, verb, slots);
  words.erase(words.begin(), words.begin() + (verb.name.find(' ') == std::string_view::npos ? 1 : 2));
  split_empty_values(verb, words);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  app.parse(std::move(words));
  if (slots.help) return HelpWanted{std::string(verb.name)};
  return check_operands(taken(app, verb, slots), verb.operand);
}

}  // namespace

std::string Arguments::value(std::string_view option) const {
  if (const auto given = options.find(option); given != options.end()) return given->second;
  if (const VerbSpec* spec = find_verb(verb)) {
    for (const OptionSpec& known : spec->options)
      if (known.name == option) return std::string(known.fallback);
  }
  return {};
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto given = lists.find(option);
  return given == lists.end() ? std::vector<std::string>() : given->second;
}

Parsed parse_arguments(const std::vector<std::string>& words) {
  const VerbSpec* verb = verb_of(words);
  if (verb == nullptr) return no_verb(words);
  try {
    return parse_verb(*verb, words);
  } catch (const CLI::ExtrasError& error) {
    return unknown_option(*verb, words).value_or(usage(std::string(verb->name), error.what()));
  } catch (const CLI::ParseError& error) {
    return usage(std::string(verb->name), error.what());
  }
}

}  // namespace scalper::cli
