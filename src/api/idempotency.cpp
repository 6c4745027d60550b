#include "api/idempotency.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "api/answers.h"
#include "api/json_body.h"
#include "base/bytes.h"
#include "digest/sha256.h"
#include "ports/memory_source.h"
#include "ports/passing_markers.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr const char* kHeader = "idempotency-key";
constexpr std::size_t kMaxKey = 255;
constexpr Millis kKept{std::chrono::hours{24}};
constexpr Millis kLongestFlight{std::chrono::minutes{15}};
constexpr Millis kMargin{std::chrono::seconds{30}};         // what clocks and last writes may take on top of a deadline
constexpr std::size_t kMostKept = std::size_t{120} * 1024;  // as JSON within JSON it may be twice as long
constexpr int kTooMany = 429;
constexpr int kFirstFailure = 500;

bool is_key_byte(char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != ',' && c != ';'; }

// The string of RFC 8941, 3.3.3, without escapes; many clients leave the quotes out.
std::optional<std::string> key_of(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const bool sound = !text.empty() && text.size() <= kMaxKey && std::ranges::all_of(text, is_key_byte);
  return sound ? std::optional<std::string>(text) : std::nullopt;
}

void add(Sha256& sha, std::string_view part) {
  sha.update(as_bytes(std::to_string(part.size()) + ":"));
  sha.update(as_bytes(part));
}

// Bound to the caller: nobody sees the answers of another, whatever key he guesses.
std::string name_of(const RequestHead& head, const std::string& key) {
  Sha256 sha;
  add(sha, std::to_string(static_cast<int>(head.role)));
  add(sha, head.caller);
  add(sha, key);
  return "answer#" + to_hex(sha.finish());
}

std::string fingerprint_of(const RequestHead& head, std::string_view body) {
  Sha256 sha;
  add(sha, head.method);
  add(sha, head.target);
  add(sha, head.header("if-match"));
  add(sha, body);
  return to_hex(sha.finish());
}

struct Kept {
  std::string fingerprint;
  WallTime over_at{};              // by then it has been answered, or its process died
  std::optional<Complete> answer;  // none: it is at work, or nobody knows how it ended
  bool too_long = false;           // it was answered, and the answer was too long to keep
};

std::string text_of(const Kept& kept) {
  json::object object{{"fingerprint", kept.fingerprint}, {"over_at", kept.over_at.time_since_epoch().count()}};
  if (kept.answer) {
    json::array headers;
    for (const auto& [name, value] : kept.answer->headers) headers.push_back(json::array{name, value});
    object["status"] = kept.answer->status;
    object["type"] = kept.answer->content_type;
    object["headers"] = std::move(headers);
    if (!kept.too_long) object["body"] = kept.answer->body;
  }
  return json::serialize(object);
}

Result<Kept> kept_of(std::string_view text) {
  const Error broken(ErrorCode::kCorrupt, "what is kept of an earlier answer is damaged");
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return broken;
  const json::object& object = value.get_object();
  Kept kept;
  SCALPER_TRY_ASSIGN(kept.fingerprint, text_member(object, "fingerprint"));
  const json::value* const over_at = object.if_contains("over_at");
  if (over_at == nullptr || !over_at->is_int64()) return broken;
  kept.over_at = WallTime{Millis{over_at->get_int64()}};
  const json::value* const status = object.if_contains("status");
  if (status == nullptr) return kept;
  const json::value* const headers = object.if_contains("headers");
  if (!status->is_int64() || headers == nullptr || !headers->is_array()) return broken;
  Complete answer;
  answer.status = static_cast<int>(status->get_int64());
  SCALPER_TRY_ASSIGN(answer.content_type, text_member(object, "type"));
  SCALPER_TRY_ASSIGN(answer.body, text_member(object, "body"));
  kept.too_long = !object.contains("body");
  for (const json::value& header : headers->get_array()) {
    if (!header.is_array() || header.get_array().size() != 2) return broken;
    const json::array& pair = header.get_array();
    if (!pair[0].is_string() || !pair[1].is_string()) return broken;
    answer.headers.emplace_back(std::string(pair[0].get_string()), std::string(pair[1].get_string()));
  }
  kept.answer = std::move(answer);
  return kept;
}

Reply in_flight() {
  Reply reply = problem(409, "request_in_flight",
                        "a request with this Idempotency-Key is at work; ask again later for its answer");
  std::get<Complete>(reply).headers.emplace_back("Retry-After", "1");
  return reply;
}

// Done again it might be done twice; so it is not, for as long as an answer would have been kept.
Reply nobody_knows() {
  return problem(409, "answer_unknown",
                 "a request with this Idempotency-Key was begun, and nobody knows how it ended: look at what it has "
                 "done, in the audit trail and the file, and take a new key if it is still to be done");
}

Reply answer_again(const Kept& kept, const std::string& fingerprint, WallTime now) {
  if (kept.fingerprint != fingerprint)
    return problem(422, "idempotency_key_reused", "this Idempotency-Key was used for another request; take a new one");
  if (!kept.answer) return now < kept.over_at ? in_flight() : nobody_knows();
  if (kept.too_long)
    return problem(409, "answer_not_kept",
                   "the request with this Idempotency-Key was answered with " + std::to_string(kept.answer->status) +
                       "; the answer was too long to be kept, look at what it has done");
  Complete again = *kept.answer;
  again.headers.emplace_back("Idempotency-Replayed", "true");
  return again;
}

bool is_kept(const Reply& reply) {
  const auto* const complete = std::get_if<Complete>(&reply);
  return complete != nullptr && complete->status < kFirstFailure && complete->status != kTooMany;
}

WallTime end_of_flight(Service& service, const CallContext& context) {
  Clock& clock = service.gate.clock;
  Millis left = kLongestFlight;
  if (context.deadline != MonoTime::max())
    left = std::clamp(std::chrono::duration_cast<Millis>(context.deadline - clock.mono_now()), Millis{0}, left);
  return clock.wall_now() + left + kMargin;
}

void keep(Service& service, const CallContext& context, const std::string& name, Kept kept, const Reply& reply) {
  WallTime until = service.gate.clock.wall_now();  // forgotten at once
  std::string text;
  if (is_kept(reply)) {
    kept.answer = std::get<Complete>(reply);
    kept.too_long = kept.answer->body.size() > kMostKept;
    until += kKept;
    text = text_of(kept);
  }
  // Not written, the key stays taken: a repetition is told 409 and never done twice.
  if (const auto written = service.passing->put(context.to_the_end(), name, text, until, 1); !written.ok())
    service.gate.telemetry.log({LogLevel::kWarning,
                                "answer_not_kept",
                                {{"request_id", context.correlation_id}, {"error", written.error().message()}}});
}

// What stands under the name already; nothing: it is ours now.
Result<std::optional<Kept>> take(Service& service, const CallContext& context, const std::string& name,
                                 const Kept& own) {
  for (int tries = 0; tries < 3; ++tries) {
    SCALPER_TRY_ASSIGN(const auto marker, service.passing->get(context, name));
    if (marker) {
      SCALPER_TRY_ASSIGN(Kept kept, kept_of(marker->value));
      return std::optional(std::move(kept));
    }
    const auto written = service.passing->put(context, name, text_of(own), service.gate.clock.wall_now() + kKept, 0);
    if (written.ok()) return std::optional<Kept>{};
    if (!written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  }
  return Error(ErrorCode::kUnavailable, "the place of this Idempotency-Key changes hands too fast; ask again");
}

}  // namespace

bool has_idempotency_key(const RequestHead& head) { return head.headers.contains(kHeader); }

Reply answered_once(Service& service, const RequestHead& head, ByteSource& body, const CallContext& context,
                    std::size_t largest_body, const std::function<Reply(ByteSource&)>& answer) {
  const auto key = key_of(head.header(kHeader));
  if (!key)
    return problem(400, "bad_idempotency_key",
                   "the header Idempotency-Key must be one string of 1 to 255 visible characters: \"8e03978e-40d5\"");
  if (service.passing == nullptr)
    return problem(501, "unsupported", "this host keeps no answers, so it takes no Idempotency-Key");
  const auto text = read_body(context, body, largest_body);
  if (!text.ok()) return problem_of(text.error());
  const std::string name = name_of(head, *key);
  const Kept own{fingerprint_of(head, *text), end_of_flight(service, context), std::nullopt, false};
  const auto there = take(service, context, name, own);
  if (!there.ok()) return problem_of(there.error());
  if (*there) return answer_again(**there, own.fingerprint, service.gate.clock.wall_now());
  MemorySource again(as_bytes(*text));
  Reply reply = answer(again);
  keep(service, context, name, own, reply);
  return reply;
}

}  // namespace scalper::api
