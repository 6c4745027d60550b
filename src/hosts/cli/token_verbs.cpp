#include "hosts/cli/token_verbs.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <optional>

#include "api/target.h"
#include "base/escape.h"
#include "base/plain_json.h"
#include "base/time.h"
#include "hosts/cli/answers.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr const char* kRoute = "/v1/admin/tokens";
constexpr std::uint64_t kMostHours = 24 * 3660;

// "90d" and "12h" from now on, or a time.
std::optional<std::string> expiry_of(const std::string& said) {
  if (parse_rfc3339(said)) return said;
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(said.data() + said.size() - end));
  if (failed != std::errc() || number < 1 || number > kMostHours || (unit != "d" && unit != "h")) return std::nullopt;
  const std::uint64_t hours = unit == "d" ? number * 24 : number;
  if (hours > kMostHours) return std::nullopt;
  const auto now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  return format_rfc3339(now + std::chrono::hours(hours));
}

// The body of the request; nothing after a complaint.
std::optional<std::string> wish(const Arguments& arguments, Terminal& terminal) {
  if (!arguments.has("--role") || !arguments.has("--name")) {
    terminal.complain("token add needs --role and --name");
    return std::nullopt;
  }
  const auto prefixes = arguments.values("--prefix");
  const auto is_text = [](const std::string& text) { return is_valid_utf8(text); };
  if (!is_text(arguments.value("--name")) || !std::all_of(prefixes.begin(), prefixes.end(), is_text)) {
    terminal.complain("--name and --prefix must be UTF-8");
    return std::nullopt;
  }
  json::object body{{"role", arguments.value("--role")}, {"name", arguments.value("--name")}};
  if (!prefixes.empty()) body["prefixes"] = json::array(prefixes.begin(), prefixes.end());
  if (arguments.has("--expires")) {
    const auto expires = expiry_of(arguments.value("--expires"));
    if (!expires) {
      terminal.complain("--expires takes 90d, 12h (at most ten years), or a time such as 2027-01-31T00:00:00Z");
      return std::nullopt;
    }
    body["expires"] = *expires;
  }
  return json::serialize(body);
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string line_of(const json::value& token) {
  std::string prefixes;
  if (const auto* const list = token.as_object().if_contains("prefixes"))
    for (const json::value& prefix : list->as_array())
      prefixes += " " + escape_text(std::string_view(prefix.as_string()));
  const std::string end = token.as_object().contains("revoked") ? "revoked" : "expires";
  const std::string until = token.as_object().contains(end) ? text_of(token, end) : "-";
  return padded(text_of(token, "id"), 18) + padded(text_of(token, "role"), 10) + padded(text_of(token, "state"), 10) +
         padded(text_of(token, "created"), 26) + padded(until, 26) + text_of(token, "name") + prefixes + "\n";
}

}  // namespace

int add_token(const Arguments& arguments, Terminal& terminal) {
  const auto body = wish(arguments, terminal);
  if (!body) return kExitUsage;
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto answer = asked(gate, terminal, "POST", kRoute, *body, code);
    if (!answer) return code;
    if (arguments.has("--json")) {
      terminal.out() << plain_json(*answer);
      return static_cast<int>(kExitOk);
    }
    const json::value token = json::parse(*answer);
    terminal.err() << "The token " << text_of(token, "id") << ", " << text_of(token, "role") << " \""
                   << text_of(token, "name") << "\", is shown this once:\n";
    terminal.out() << text_of(token, "token") << "\n";
    return static_cast<int>(kExitOk);
  });
}

int list_tokens(const Arguments& arguments, Terminal& terminal) {
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const auto answer = asked(gate, terminal, "GET", kRoute, "", code);
    if (!answer) return code;
    if (arguments.has("--json")) {
      terminal.out() << plain_json(*answer);
      return static_cast<int>(kExitOk);
    }
    const json::value listed = json::parse(*answer);
    const json::array& tokens = listed.at("tokens").as_array();
    if (tokens.empty()) terminal.out() << "there are no tokens\n";
    if (!tokens.empty())
      terminal.out()
          << "ID                ROLE      STATE     CREATED                   ENDS                      NAME\n";
    for (const json::value& token : tokens) terminal.out() << line_of(token);
    return static_cast<int>(kExitOk);
  });
}

int revoke_token(const Arguments& arguments, Terminal& terminal) {
  return with_gate(arguments, terminal, [&](GateClient& gate) {
    int code = kExitOk;
    const std::string target = std::string(kRoute) + "/" + api::percent_encoded(arguments.operands[0]);
    const auto answer = asked(gate, terminal, "DELETE", target, "", code);
    if (!answer) return code;
    const json::value token = json::parse(*answer);
    const std::string said = text_of(token, "id") + " (" + text_of(token, "name") + ") is revoked\n";
    terminal.out() << (arguments.has("--json") ? plain_json(*answer) : said);
    return static_cast<int>(kExitOk);
  });
}

}  // namespace scalper::cli
