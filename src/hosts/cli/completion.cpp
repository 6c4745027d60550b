#include <initializer_list>
#include <set>

#include "hosts/cli/manual.h"

namespace scalper::cli {
namespace {

std::string first_word(std::string_view name) { return std::string(name.substr(0, name.find(' '))); }
std::string second_word(std::string_view name) {
  const std::size_t space = name.find(' ');
  return space == std::string_view::npos ? std::string() : std::string(name.substr(space + 1));
}

std::string option_words(const VerbSpec& verb) {
  std::string words = "--help";
  for (const OptionSpec& option : verb.options) words += " " + std::string(option.name);
  return words;
}

std::string top_words() {
  std::set<std::string> words{"help", "--help", "--version"};
  for (const VerbSpec& verb : verbs()) words.insert(first_word(verb.name));
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

std::string joined_choices(const OptionSpec& option, const char* between) {
  std::string words;
  for (const std::string_view choice : option.choices) words += (words.empty() ? "" : between) + std::string(choice);
  return words;
}

std::string cat(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// Single quotes of sh, zsh and fish alike, where no single quote is inside.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '\'' && c != '[' && c != ']' && c != ':') out += c;
  return out;
}

std::string bash_case(const VerbSpec& verb) {
  std::string cases = "    '" + std::string(verb.name) + "')\n      case $before in\n";
  for (const OptionSpec& option : verb.options) {
    if (!option.choices.empty()) {
      cases += "        " + std::string(option.name) + ") COMPREPLY=($(compgen -W '" + joined_choices(option, " ") +
               "' -- \"$word\")); return ;;\n";
    }
  }
  return cases + "      esac\n      options='" + option_words(verb) + "' ;;\n";
}

std::string bash() {
  std::string families;
  std::set<std::string> seen;
  for (const VerbSpec& verb : verbs()) {
    const std::string family = first_word(verb.name);
    if (second_word(verb.name).empty() || !seen.insert(family).second) continue;
    std::string members;
    for (const VerbSpec& member : verbs())
      if (first_word(member.name) == family) members += (members.empty() ? "" : " ") + second_word(member.name);
    families += cat({"  if [ \"$COMP_CWORD\" = 2 ] && [ \"$verb\" = ", family, " ]; then COMPREPLY=($(compgen -W '",
                     members, "' -- \"$word\")); return; fi\n"});
    families += cat({"  [ \"$verb\" = ", family, " ] && verb=\"$verb ${COMP_WORDS[2]}\"\n"});
  }
  std::string cases;
  for (const VerbSpec& verb : verbs()) cases += bash_case(verb);
  return "# bash completion of scalper\n_scalper() {\n  local word=${COMP_WORDS[COMP_CWORD]}\n"
         "  local before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} options=\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W '" +
         top_words() + "' -- \"$word\")); return; fi\n" + families + "  case $verb in\n" + cases +
         "  esac\n  case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\n"
         "complete -o filenames -F _scalper scalper\n";
}

std::string zsh_options(const VerbSpec& verb) {
  std::string arguments;
  for (const OptionSpec& option : verb.options) {
    arguments += " '" + std::string(option.name) + "[" + plain(option.help) + "]";
    if (!option.value.empty()) {
      arguments += ":" + plain(option.value) + ":" +
                   (option.choices.empty() ? "_files" : "(" + joined_choices(option, " ") + ")");
    }
    arguments += "'";
  }
  return arguments;
}

std::string zsh() {
  std::string cases;
  std::string words;
  for (const VerbSpec& verb : verbs()) {
    words += "    '" + plain(verb.name) + ":" + plain(verb.summary) + "'\n";
    cases += "    '" + std::string(verb.name) + "') _arguments '--help[this text]'" + zsh_options(verb) +
             " '*:file:_files' ;;\n";
  }
  return "#compdef scalper\n_scalper() {\n  local verb=${words[2]}\n  local -a all\n  all=(\n" + words +
         "  )\n  if (( CURRENT == 2 )); then _describe verb all; return; fi\n"
         "  (( CURRENT > 3 )) && [[ -n ${all[(r)$verb ${words[3]}:*]} ]] && verb=\"$verb ${words[3]}\"\n"
         "  case $verb in\n" +
         cases + "    *) _files ;;\n  esac\n}\n_scalper \"$@\"\n";
}

std::string fish() {
  std::string lines = "# fish completion of scalper\n";
  for (const VerbSpec& verb : verbs()) {
    const std::string first = first_word(verb.name);
    const std::string second = second_word(verb.name);
    if (second.empty()) {
      lines += cat({"complete -c scalper -n __fish_use_subcommand -a ", first, " -d '", plain(verb.summary), "'\n"});
    } else {
      lines += cat({"complete -c scalper -n __fish_use_subcommand -a ", first, "\n"});
      lines += cat({"complete -c scalper -n '__fish_seen_subcommand_from ", first, "' -a ", second, " -d '",
                    plain(verb.summary), "'\n"});
    }
    for (const OptionSpec& option : verb.options) {
      lines += "complete -c scalper -n '__fish_seen_subcommand_from " + first + "' -l " +
               std::string(option.name.substr(2)) + " -d '" + plain(option.help) + "'";
      if (!option.value.empty())
        lines += option.choices.empty() ? " -r" : " -x -a '" + joined_choices(option, " ") + "'";
      lines += "\n";
    }
  }
  return lines;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  return {};
}

}  // namespace scalper::cli
