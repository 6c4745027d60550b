#include "hosts/cli/webhook_verbs.h"

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <string>

#include "api/target.h"
#include "base/escape.h"
#include "base/plain_json.h"
#include "hosts/cli/answers.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr const char* kRoute = "/v1/webhooks";

// One request; `show` prints its answer for people and says the exit code.
int one_call(const Arguments& arguments, Terminal& terminal, const std::string& method, const std::string& target,
             const std::string& body, const std::function<int(const json::value&)>& show) {
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto answer = asked(gate, terminal, method, target, body, code);
    if (!answer) return code;
    if (!arguments.has("--json")) return show(json::parse(*answer));
    terminal.out() << plain_json(*answer);
    return static_cast<int>(kExitOk);
  });
}

std::string target_of(const Arguments& arguments, const char* verb) {
  return std::string(kRoute) + "/" + api::percent_encoded(arguments.operands[0]) + verb;
}

// "valid,invalid" as a list.
json::array words_of(const std::string& text) {
  json::array words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

int show_secret(Terminal& terminal, const json::value& webhook) {
  terminal.err() << "The secret of the webhook " << text_of(webhook, "id") << " is shown this once:\n";
  terminal.out() << text_of(webhook, "secret") << "\n";
  return kExitOk;
}

void show_one(Terminal& terminal, const json::value& webhook) {
  terminal.out() << text_of(webhook, "id") << "  " << text_of(webhook, "state") << "  waiting "
                 << count_of(webhook, "waiting") << "  dead " << count_of(webhook, "dead") << "  "
                 << escape_text(std::string(webhook.at("url").as_string()), 2048) << "\n";
  const std::string why = text_of(webhook, "last_error");
  if (!why.empty()) terminal.out() << "    last failure: " << why << "\n";
  for (const json::value& dead : webhook.at("dead_letters").as_array())
    terminal.out() << "    given up: " << text_of(dead, "notice") << " after " << count_of(dead, "attempts")
                   << " tries: " << text_of(dead, "why") << "\n";
}

}  // namespace

int add_webhook(const Arguments& arguments, Terminal& terminal) {
  if (!is_valid_utf8(arguments.operands[0]) || !is_valid_utf8(arguments.value("--events"))) {
    terminal.complain("the URL and --events must be UTF-8");
    return kExitUsage;
  }
  json::object body{{"url", arguments.operands[0]}};
  if (arguments.has("--events")) body["events"] = words_of(arguments.value("--events"));
  if (arguments.has("--allow-http")) body["allow_http"] = true;
  return one_call(arguments, terminal, "POST", kRoute, json::serialize(body),
                  [&](const json::value& made) { return show_secret(terminal, made); });
}

int list_webhooks(const Arguments& arguments, Terminal& terminal) {
  return one_call(arguments, terminal, "GET", kRoute, "", [&](const json::value& all) {
    if (all.at("webhooks").as_array().empty()) terminal.out() << "there are no webhooks\n";
    for (const json::value& webhook : all.at("webhooks").as_array()) show_one(terminal, webhook);
    return static_cast<int>(kExitOk);
  });
}

int remove_webhook(const Arguments& arguments, Terminal& terminal) {
  return one_call(arguments, terminal, "DELETE", target_of(arguments, ""), "", [&](const json::value& gone) {
    terminal.out() << text_of(gone, "removed") << " is told no more\n";
    return static_cast<int>(kExitOk);
  });
}

int rotate_webhook(const Arguments& arguments, Terminal& terminal) {
  return one_call(arguments, terminal, "POST", target_of(arguments, "/rotate"), "", [&](const json::value& made) {
    terminal.err() << "The old secret signs as well until " << text_of(made, "old_secret_until") << ".\n";
    return show_secret(terminal, made);
  });
}

int test_webhook(const Arguments& arguments, Terminal& terminal) {
  return one_call(arguments, terminal, "POST", target_of(arguments, "/test"), "", [&](const json::value& answer) {
    const bool delivered = answer.at("delivered").as_bool();
    terminal.out() << (delivered ? "delivered, answered " + std::to_string(count_of(answer, "status"))
                                 : "not delivered: " + text_of(answer, "why"))
                   << "\n";
    return static_cast<int>(delivered ? kExitOk : kExitUnreachable);
  });
}

int redeliver_webhook(const Arguments& arguments, Terminal& terminal) {
  json::object body;
  if (arguments.has("--notice")) body["notice"] = escape_text(arguments.value("--notice"));
  return one_call(arguments, terminal, "POST", target_of(arguments, "/redeliver"), json::serialize(body),
                  [&](const json::value& answer) {
                    terminal.out() << count_of(answer, "redelivered") << " notices are tried again\n";
                    return static_cast<int>(kExitOk);
                  });
}

}  // namespace scalper::cli
