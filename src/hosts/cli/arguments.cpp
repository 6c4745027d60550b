#include "hosts/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/escape.h"
#include "hosts/cli/verbs.h"

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

Parsed no_verb(const std::vector<std::string>& words) {
  if (words.empty()) return usage("", "a verb is missing");
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::string verb;
    if (words[0] == "help")
      for (std::size_t i = 1; i < words.size(); ++i) verb += (verb.empty() ? "" : " ") + words[i];
    if (!verb.empty() && find_verb(verb) == nullptr) return usage("", "there is no verb \"" + verb + "\"");
    return HelpWanted{verb};
  }
  if (words[0] == "--version" || words[0] == "version") return VersionWanted{};
  return usage("", "there is no verb \"" + words[0] + "\"");
}

const VerbSpec* verb_of(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  if (words.size() > 1)
    if (const VerbSpec* verb = find_verb(words[0] + " " + words[1])) return verb;
  return find_verb(words[0]);
}

// A family ("contract") named without one of its verbs.
std::string family_of(const std::vector<std::string>& words) {
  std::string members;
  for (const VerbSpec& verb : verbs()) {
    if (!words.empty() && verb.name.starts_with(words[0] + " "))
      members += (members.empty() ? "" : ", ") + std::string(verb.name);
  }
  return members;
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
  if (verb == nullptr) {
    if (const std::string members = family_of(words); !members.empty())
      return usage("", "\"" + words[0] + "\" is a family of verbs: " + members);
    return no_verb(words);
  }
  try {
    return parse_verb(*verb, words);
  } catch (const CLI::ParseError& error) {
    return usage(std::string(verb->name), error.what());
  }
}

}  // namespace scalper::cli
