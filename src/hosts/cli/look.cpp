#include "hosts/cli/look.h"

#include <boost/json.hpp>
#include <vector>

#include "api/target.h"
#include "base/escape.h"
#include "base/plain_json.h"
#include "hosts/cli/answers.h"
#include "hosts/cli/explain_code.h"
#include "hosts/cli/record_text.h"
#include "hosts/local_exit_codes.h"
#include "validate/code_table.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kWordChars = 4096;

void print_list(const json::value& answer, Terminal& terminal) {
  const json::array& files = answer.at("files").as_array();
  if (!files.empty()) {
    terminal.out() << terminal.paint(Colour::kBold, list_head()) << "\n";
  }
  for (const json::value& file : files) {
    terminal.out() << list_line(file, terminal) << "\n";
  }
  if (files.empty()) {
    terminal.out() << "no files\n";
  }
  if (const json::value* const unreadable = answer.as_object().if_contains("unreadable")) {
    for (const json::value& id : unreadable->as_array()) {
      terminal.complain("the record of " + std::string(id.as_string()) + " cannot be read");
    }
  }
  if (const std::string cursor = text_of(answer, "next_cursor"); !cursor.empty()) {
    terminal.out() << "more: --cursor " << cursor << "\n";
  }
}

Stores stores_of(const Arguments& arguments) { return arguments.has("--aws") ? Stores::kBuckets : Stores::kFolders; }

// As a shell reads it back.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:+,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return escape_text(word, kWordChars) + "'";
}

// The options that name the gate which was asked, for commands that are shown to be copied: "--data /srv/gate ".
std::string same_gate(const Arguments& arguments) {
  std::string options = arguments.has("--aws") ? "--aws " : "";
  for (const std::string name : {"--data", "--url"})
    if (arguments.has(name)) options += name + " " + shell_word(arguments.value(name)) + " ";
  return options;
}

// The record that the operand means, as the API gives it.
std::optional<std::string> record_of(GateClient& gate, const Arguments& arguments, Terminal& terminal, int& exit_code) {
  const auto id = id_of(gate, terminal, arguments.operands[0], exit_code);
  if (!id) {
    return std::nullopt;
  }
  std::string target = "/v1/files/" + *id;
  if (const std::string wait = arguments.value("--wait"); !wait.empty() && wait != "0") {
    target += "?wait=" + api::percent_encoded(wait);
  }
  return asked(gate, terminal, "GET", target, "", exit_code);
}

}  // namespace

int list_files(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours("auto");
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    std::string target = "/v1/files?limit=" + api::percent_encoded(arguments.value("--limit"));
    for (const std::string name : {"status", "prefix", "since", "until", "cursor"}) {
      if (arguments.has("--" + name)) {
        target += "&" + name + "=" + api::percent_encoded(arguments.value("--" + name));
      }
    }
    int code = kExitOk;
    const auto answer = asked(gate, terminal, "GET", target, "", code);
    if (!answer) {
      return code;
    }
    if (arguments.has("--json")) {
      terminal.out() << plain_json(*answer);
    } else {
      print_list(json::parse(*answer), terminal);
    }
    return static_cast<int>(kExitOk);
  });
}

int show_status(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours("auto");
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto record = record_of(gate, arguments, terminal, code);
    if (!record) {
      return code;
    }
    terminal.out() << (arguments.has("--json") ? plain_json(*record)
                                               : record_text(json::parse(*record), stores_of(arguments), terminal));
    return static_cast<int>(kExitOk);
  });
}

int explain(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours("auto");
  if (const FindingCode* const code = find_code(arguments.operands[0])) return explain_code(code->code, terminal);
  const int ended = with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto record = record_of(gate, arguments, terminal, code);
    if (!record) {
      return code;
    }
    terminal.out() << story_text(json::parse(*record), stores_of(arguments), same_gate(arguments), terminal);
    return static_cast<int>(kExitOk);
  });
  if (ended != kExitNotFound) return ended;
  if (const std::string hint = code_hint(arguments.operands[0]); !hint.empty()) terminal.complain(hint);
  return ended;
}

int show_queue(const Arguments& arguments, Terminal& terminal) {
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto depth = asked(gate, terminal, "GET", "/v1/queue", "", code);
    const auto letters = depth ? asked(gate, terminal, "GET", "/v1/dead-letters", "", code) : std::nullopt;
    if (!letters) {
      return code;
    }
    if (arguments.has("--json")) {
      terminal.out() << plain_json(*depth) << plain_json(*letters);
      return static_cast<int>(kExitOk);
    }
    const json::value queue = json::parse(*depth);
    terminal.out() << count_of(queue, "visible") << " waiting, " << count_of(queue, "in_flight") << " in work, "
                   << count_of(queue, "dead") << " given up";
    if (queue.as_object().contains("oldest_age_ms")) {
      terminal.out() << "; the oldest waits for " << count_of(queue, "oldest_age_ms") / 1000 << " s";
    }
    terminal.out() << "\n";
    const json::value dead = json::parse(*letters);  // outlives the loop
    for (const json::value& letter : dead.at("dead_letters").as_array()) {
      terminal.out() << "  " << text_of(letter, "died_at") << "  after " << count_of(letter, "receive_count")
                     << " tries  " << text_of(letter, "body") << "\n";
    }
    return static_cast<int>(kExitOk);
  });
}

}  // namespace scalper::cli
