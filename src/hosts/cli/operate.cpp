#include "hosts/cli/operate.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <vector>

#include "base/escape.h"
#include "base/plain_json.h"
#include "hosts/cli/answers.h"
#include "hosts/cli/explain_code.h"
#include "hosts/local_exit_codes.h"
#include "validate/code_table.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kLettersAtOnce = 100;
constexpr std::uint64_t kMostLetters = 1'000'000;
constexpr std::uint64_t kLongestWait = 25;  // seconds; what the API holds an answer back for

using Steady = std::chrono::steady_clock::time_point;

std::optional<std::uint64_t> number_of(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < least || number > most) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> wait_of(const Arguments& arguments) {
  return number_of(arguments.value("--wait"), 0, kLongestWait);
}

// Does what was started, where no gate runs; false after a complaint.
bool worked_off(GateClient& gate, Terminal& terminal, int& exit_code) {
  const auto done = gate.work_off();
  if (done.ok()) {
    return true;
  }
  terminal.complain("accepted, but not carried out yet: " + done.error().message());
  exit_code = exit_code_of(done.error().code());
  return false;
}

// The record once the review of it is carried out, or as it is when `until` comes.
std::optional<std::string> reviewed(GateClient& gate, Terminal& terminal, const std::string& id, Steady until,
                                    int& exit_code) {
  const std::string target = "/v1/files/" + id;
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - std::chrono::steady_clock::now()).count();
  if (left > 0) {
    auto answer = gate.ask("GET", target + "?wait=" + std::to_string(left), "");
    if (answer.ok() && answer->status < 400) return std::move(answer->body);  // else too many wait: asked once more
  }
  return asked(gate, terminal, "GET", target, "", exit_code);
}

int print_outcomes(GateClient& gate, const Arguments& arguments, Terminal& terminal,
                   const std::vector<std::string>& ids) {
  const Steady until = std::chrono::steady_clock::now() + std::chrono::seconds(wait_of(arguments).value_or(0));
  int worst = kExitOk;
  std::size_t open = 0;
  for (const std::string& id : ids) {
    const auto record = reviewed(gate, terminal, id, until, worst);
    if (!record) continue;
    const json::value value = json::parse(*record);
    const bool waits = value.as_object().contains("review");
    open += waits ? 1 : 0;
    if (arguments.has("--json")) {
      terminal.out() << plain_json(*record);
      continue;
    }
    terminal.out() << text_of(value, "id") << "  " << text_of(value, "key") << "  "
                   << (waits ? "accepted, still " : "now ") << text_of(value, "status") << "\n";
  }
  if (open > 0 && !arguments.has("--json"))
    terminal.err()
        << "What is accepted is carried out by the gate, unless it is paused; 'scalper status ID' shows it.\n";
  return worst;
}

int review_all(GateClient& gate, const Arguments& arguments, Terminal& terminal, const std::vector<std::string>& ids) {
  const std::string body = note_body(arguments.value("--note"));
  int worst = kExitOk;
  std::vector<std::string> accepted;
  for (const std::string& id : ids) {
    int code = kExitOk;
    if (asked(gate, terminal, "POST", "/v1/files/" + id + "/" + arguments.verb, body, code)) {
      accepted.push_back(id);
    } else {
      worst = code;
    }
  }
  if (!worked_off(gate, terminal, worst)) return worst;
  const int told = print_outcomes(gate, arguments, terminal, accepted);
  return told == kExitOk ? worst : told;
}

bool names_many(const Arguments& arguments) {
  return arguments.has("--prefix") || arguments.has("--status") || arguments.has("--code");
}

json::object many_body(const Arguments& arguments, const std::string& cursor) {
  json::object filter;
  for (const char* name : {"prefix", "status", "code"})
    if (const std::string option = std::string("--") + name; arguments.has(option))
      filter[name] = arguments.value(option);
  json::object body{{"filter", std::move(filter)}, {"action", arguments.verb}};
  if (arguments.has("--note")) body["note"] = arguments.value("--note");
  if (arguments.has("--dry-run")) body["dry_run"] = true;
  if (!cursor.empty()) body["cursor"] = cursor;
  return body;
}

// One answer's results: what was accepted is remembered, what was not is said.
void tell_results(const Arguments& arguments, Terminal& terminal, const json::value& answer,
                  std::vector<std::string>& accepted, int& worst) {
  for (const json::value& result : answer.at("results").as_array()) {
    const std::string how = text_of(result, "result");
    const std::string line = text_of(result, "id") + "  " + text_of(result, "key");
    if (how == "accepted") {
      accepted.push_back(text_of(result, "id"));
    } else if (how == "would_be_accepted") {
      if (!arguments.has("--json")) terminal.out() << line << "  would be accepted\n";
    } else {
      terminal.complain(line + ": " + text_of(result, "reason"));
      worst = how == "refused" ? kExitNotPermitted : kExitUnreachable;
    }
  }
}

// A code may be that of a hook, which nobody knows here.
void tell_nothing_meant(const std::string& code, Terminal& terminal) {
  terminal.out() << "nothing in quarantine is meant by that\n";
  const std::string hint = code.empty() || find_code(code) != nullptr ? std::string() : code_hint(code);
  if (!hint.empty()) terminal.complain(hint);
}

int review_many(GateClient& gate, const Arguments& arguments, Terminal& terminal) {
  int worst = kExitOk;
  std::vector<std::string> accepted;
  std::string cursor;
  std::size_t seen = 0;
  do {
    const auto answer =
        asked(gate, terminal, "POST", "/v1/review", json::serialize(many_body(arguments, cursor)), worst);
    if (!answer) break;  // what was accepted before is carried out and told all the same
    const json::value value = json::parse(*answer);
    if (arguments.has("--json") && arguments.has("--dry-run")) terminal.out() << plain_json(*answer);
    seen += value.at("results").as_array().size();
    tell_results(arguments, terminal, value, accepted, worst);
    cursor = text_of(value, "next_cursor");
  } while (!cursor.empty());
  if (seen == 0 && worst == kExitOk) tell_nothing_meant(arguments.value("--code"), terminal);
  if (accepted.empty() || !worked_off(gate, terminal, worst)) return worst;
  const int told = print_outcomes(gate, arguments, terminal, accepted);
  return told == kExitOk ? worst : told;
}

// One POST; `sentence` makes a line for people of its answer.
int post(const Arguments& arguments, Terminal& terminal, const std::string& target, const std::string& body,
         bool starts_work, const std::function<std::string(const json::value&)>& sentence) {
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto answer = asked(gate, terminal, "POST", target, body, code);
    if (!answer) {
      return code;
    }
    if (starts_work && !worked_off(gate, terminal, code)) {
      return code;
    }
    const std::string said = sentence(json::parse(*answer));
    terminal.out() << (arguments.has("--json") ? plain_json(*answer) : said);
    return static_cast<int>(kExitOk);
  });
}

// A slice a request, so that a person sees how far it is, and an error in the middle does not hide what was done.
std::uint64_t redrive_some(GateClient& gate, Terminal& terminal, std::uint64_t limit, int& exit_code) {
  std::uint64_t moved = 0;
  while (moved < limit) {
    const std::uint64_t slice = std::min(kLettersAtOnce, limit - moved);
    const std::string body = json::serialize(json::object{{"limit", slice}});
    const auto answer = asked(gate, terminal, "POST", "/v1/admin/redrive", body, exit_code);
    if (!answer) break;
    const std::uint64_t now = count_of(json::parse(*answer), "redriven");
    moved += now;
    if (now < slice) break;  // there are no more
    terminal.show_progress(std::to_string(moved) + " messages are back in the queue");
  }
  return moved;
}

std::string number(const json::value& answer, const char* name) { return std::to_string(count_of(answer, name)); }

}  // namespace

int review(const Arguments& arguments, Terminal& terminal) {
  const bool many = names_many(arguments);
  if (many == !arguments.operands.empty()) {
    terminal.complain(arguments.verb + " takes a file, or --prefix, --status and --code for many");
    return kExitUsage;
  }
  if (!many && arguments.has("--dry-run")) {
    terminal.complain("--dry-run goes with --prefix, --status and --code");
    return kExitUsage;
  }
  if (arguments.verb != "rerun" && arguments.value("--note").empty()) {
    terminal.complain(arguments.verb + " needs --note: say why, it is recorded");
    return kExitUsage;
  }
  if (!wait_of(arguments)) {
    terminal.complain("--wait takes a whole number of seconds from 0 to " + std::to_string(kLongestWait) + ", not \"" +
                      escape_text(arguments.value("--wait")) + "\"");
    return kExitUsage;
  }
  for (const char* option : {"--prefix", "--note"})
    if (!is_valid_utf8(arguments.value(option))) {
      terminal.complain(std::string(option) + " must be UTF-8");
      return kExitUsage;
    }
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    if (many) return review_many(gate, arguments, terminal);
    int code = kExitOk;
    const auto id = id_of(gate, terminal, arguments.operands[0], code);
    return id ? review_all(gate, arguments, terminal, {*id}) : code;
  });
}

int sweep(const Arguments& arguments, Terminal& terminal) {
  return post(arguments, terminal, "/v1/admin/sweep", "", true, [](const json::value& report) {
    return number(report, "listed") + " versions looked at: " + number(report, "announced") + " announced, " +
           number(report, "requeued") + " queued again, " + number(report, "finished") + " finished, " +
           number(report, "withdrawn") + " withdrawn, " + number(report, "reopened") + " reopened" +
           (report.at("complete").as_bool() ? "\n" : "; the next sweep goes on from here\n");
  });
}

int backfill(const Arguments& arguments, Terminal& terminal) {
  if (!arguments.has("--prefix")) {
    terminal.complain("backfill needs --prefix; --prefix '' takes everything");
    return kExitUsage;
  }
  const std::string prefix = arguments.value("--prefix");
  if (!is_valid_utf8(prefix)) {
    terminal.complain("--prefix must be UTF-8");
    return kExitUsage;
  }
  const bool dry_run = arguments.has("--dry-run");
  const std::string body = json::serialize(json::object{{"prefix", prefix}, {"dry_run", dry_run}});
  return post(arguments, terminal, "/v1/admin/backfill", body, !dry_run, [&](const json::value& report) {
    return number(report, "listed") + " versions looked at, " + number(report, "known") + " known already, " +
           number(report, "taken") + (dry_run ? " would be taken over\n" : " taken over\n");
  });
}

int audit(const Arguments& arguments, Terminal& terminal) {
  const std::string body = json::serialize(json::object{{"rebuild", arguments.has("--rebuild")}});
  bool strays = false;
  const int code = post(arguments, terminal, "/v1/admin/audit", body, false, [&](const json::value& report) {
    std::string text;
    for (const json::value& stray : report.at("strays").as_array()) {
      std::string kind = text_of(stray, "kind");
      kind.resize(std::max<std::size_t>(kind.size(), 12), ' ');
      text += kind + text_of(stray, "bucket") + "/" + text_of(stray, "key") + "  " + text_of(stray, "id") + "\n";
    }
    strays = count_of(report, "strays_total") > 0;
    return text + number(report, "versions") + " versions and " + number(report, "records") +
           " records compared: " + number(report, "strays_total") + " stray, " + number(report, "rebuilt") +
           " rebuilt\n";
  });
  return code == kExitOk && strays ? static_cast<int>(kExitSomeInvalid) : code;
}

int redrive(const Arguments& arguments, Terminal& terminal) {
  const auto limit = number_of(arguments.value("--limit"), 1, kMostLetters);
  if (!limit) {
    terminal.complain("--limit takes a whole number from 1 to " + std::to_string(kMostLetters));
    return kExitUsage;
  }
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const std::uint64_t moved = redrive_some(gate, terminal, *limit, code);
    terminal.wipe_progress();
    if (code != kExitOk && moved == 0) return code;
    const std::string said = std::to_string(moved) + " messages are back in the queue\n";
    terminal.out() << (arguments.has("--json") ? json::serialize(json::object{{"redriven", moved}}) + "\n" : said);
    if (code == kExitOk) (void)worked_off(gate, terminal, code);
    return code;
  });
}

int pause_or_resume(const Arguments& arguments, Terminal& terminal) {
  return post(arguments, terminal, "/v1/admin/" + arguments.verb, note_body(arguments.value("--note")), false,
              [](const json::value& report) {
                return std::string(report.at("paused").as_bool() ? "paused: nothing new is claimed\n" : "running\n");
              });
}

}  // namespace scalper::cli
