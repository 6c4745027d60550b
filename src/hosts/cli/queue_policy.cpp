#include "hosts/cli/queue_policy.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>
#include <optional>

#include "base/escape.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;
using Right = Sending::Right;

constexpr std::size_t kShown = 200;

std::string lower(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return low;
}

// The value, or one of the values: policies write both.
bool holds(const json::value* value, const std::function<bool(std::string_view)>& wanted) {
  if (value == nullptr) return false;
  if (value->is_string()) return wanted(std::string_view(value->get_string()));
  return value->is_array() && std::any_of(value->get_array().begin(), value->get_array().end(), [&](const auto& one) {
           return one.is_string() && wanted(std::string_view(one.get_string()));
         });
}

// '*' stands for any text, '?' for one character. In time O(pattern * text).
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t p = 0;
  std::optional<std::size_t> star;
  std::size_t from = 0;  // what the last star has taken ends here
  while (at < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = at;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
      ++p;
      ++at;
    } else if (star) {
      p = *star + 1;
      at = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_sending(std::string_view action) {
  const std::string low = lower(action);
  return low == "*" || low == "sqs:*" || low == "sqs:sendmessage" || low == "sqs:send*";
}

struct Question {
  std::string_view service;
  std::string_view source;
  std::string_view account;
};

// One key of a condition. nullopt: it holds.
std::optional<Sending> judge_condition(const Question& asked, std::string_view by, std::string_view key,
                                       const json::value& values) {
  const std::string op = lower(by);
  const bool like = op == "arnlike" || op == "arnequals" || op == "stringlike";
  const bool known = like || op == "stringequals";
  const std::string name = lower(key);
  const std::string said =
      "its condition " + escape_text(key, kShown) + " names " + escape_text(json::serialize(values), kShown);
  const auto names = [&](std::string_view wanted) {
    return holds(&values, [&](std::string_view one) { return like ? is_like(wanted, one) : wanted == one; });
  };
  if (known && name == "aws:sourcearn" && !asked.source.empty()) {
    if (names(asked.source)) return std::nullopt;
    return Sending{Right::kNone, said + ", not " + escape_text(asked.source, kShown)};
  }
  if (known && name == "aws:sourcearn") {  // which rule it is, is not known here
    const bool a_rule = holds(&values, [](std::string_view one) {
      return one.find(":events:") != std::string_view::npos || one.starts_with('*');
    });
    if (a_rule) return std::nullopt;
    return Sending{Right::kNone, said + ", no rule of EventBridge"};
  }
  if (known && name == "aws:sourceaccount") {
    if (asked.account.empty() || names(asked.account)) return std::nullopt;
    return Sending{Right::kPerhaps, said + ", and the queue belongs to " + escape_text(asked.account, kShown)};
  }
  if (op == "bool" && name == "aws:securetransport" && holds(&values, [](auto one) { return one == "true"; }))
    return std::nullopt;
  return Sending{Right::kPerhaps,
                 "it has the condition " + escape_text(by, kShown) + " of " + escape_text(key, kShown)};
}

Sending judge_conditions(const Question& asked, const json::value* conditions) {
  if (conditions == nullptr || (conditions->is_object() && conditions->get_object().empty()))
    return {Right::kAnybody, ""};
  if (!conditions->is_object()) return {Right::kPerhaps, "its condition is not understood"};
  Sending sending{Right::kFor, ""};
  for (const auto& [by, keys] : conditions->get_object()) {
    if (!keys.is_object()) return {Right::kPerhaps, "its condition is not understood"};
    for (const auto& [key, values] : keys.get_object())
      if (auto judged = judge_condition(asked, by, key, values); judged && judged->right < sending.right)
        sending = *std::move(judged);
  }
  return sending;
}

Sending judge_statement(const Question& asked, const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& statement = value.get_object();
  const json::value* const effect = statement.if_contains("Effect");
  const json::value* const principal = statement.if_contains("Principal");
  const auto anybody = [](std::string_view who) { return who == "*"; };
  const auto is_service = [&](std::string_view who) { return who == asked.service || who == "*"; };
  const bool meant = holds(principal, anybody) || (principal != nullptr && principal->is_object() &&
                                                   (holds(principal->get_object().if_contains("Service"), is_service) ||
                                                    holds(principal->get_object().if_contains("AWS"), anybody)));
  const bool allows = holds(effect, [](std::string_view word) { return word == "Allow"; });
  if (!allows || !meant || !holds(statement.if_contains("Action"), is_sending)) return {};
  return judge_conditions(asked, statement.if_contains("Condition"));
}

}  // namespace

Sending may_send(std::string_view policy, std::string_view service, std::string_view source, std::string_view account) {
  boost::system::error_code failed;
  const json::value whole = json::parse(policy, failed);
  if (failed || !whole.is_object()) return {};
  const json::value* const statements = whole.get_object().if_contains("Statement");
  if (statements == nullptr) return {};
  const Question asked{service, source, account};
  if (!statements->is_array()) return judge_statement(asked, *statements);
  Sending best;
  for (const json::value& statement : statements->get_array()) {
    Sending judged = judge_statement(asked, statement);
    if (judged.right > best.right || (best.why.empty() && judged.right == best.right)) best = std::move(judged);
  }
  return best;
}

}  // namespace scalper::cli
