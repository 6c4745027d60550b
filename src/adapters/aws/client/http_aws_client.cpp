#include "adapters/aws/client/http_aws_client.h"

#include <algorithm>
#include <array>

#include "adapters/aws/client/operation.h"
#include "adapters/aws/client/sigv4.h"
#include "adapters/aws/client/text.h"
#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "base/bytes.h"
#include "digest/sha256.h"
#include "model/telemetry_names.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kMostOfAnError = 64 * 1024;
constexpr std::string_view kPayloadHash = "x-amz-content-sha256";
constexpr std::array<std::string_view, 4> kTraced = {"s3", "sqs", "sns", "lambda"};

// Knows whether a stream may still be sent as if nothing had happened.
class WatchedStream final : public ByteSource {
 public:
  explicit WatchedStream(ByteSource* inner) : inner_(inner) {}
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    was_read_ = true;
    return inner_->read(context, into);
  }
  [[nodiscard]] bool was_read() const { return was_read_; }

 private:
  ByteSource* inner_;
  bool was_read_ = false;
};

std::string payload_hash_of(const AwsRequest& request) {
  for (const auto& [name, value] : request.headers)
    if (name == kPayloadHash) return value;
  if (request.stream != nullptr) return std::string(kUnsignedPayload);
  return request.body.empty() ? std::string(kEmptyPayloadHash) : to_hex(sha256(as_bytes(request.body)));
}

SignableRequest signable(const AwsRequest& request, const Target& target) {
  return {request.method, target.host, target.path, request.query, request.headers, payload_hash_of(request)};
}

// The start of an error's body, as much as came.
std::string start_of(const CallContext& context, ByteSource& body) {
  std::string text(kMostOfAnError, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = body.read(context, std::as_writable_bytes(std::span(text).subspan(size)));
    if (!got || *got == 0) break;
    size += *got;
  }
  text.resize(size);
  return text;
}

constexpr const char* kRenewCredentials =
    "; the credentials have expired and there are no newer ones: sign in again ('aws sso login', 'aws sts ...'), or "
    "set "
    "new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN";

bool is_good(int status) { return status >= 200 && status < 300; }

std::string words_of(const AwsFailure& failure) {
  std::string text = failure.refusal.code;
  const std::string status = std::to_string(failure.refusal.status);
  if (failure.refusal.status != 0) text += text.empty() ? "status " + status : " (" + status + ")";
  if (!failure.message.empty()) (text += text.empty() ? "" : ": ") += failure.message;
  if (!failure.request_id.empty()) ((text += " [request ") += failure.request_id) += ']';
  return text;
}

Remedy remedy_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kTimeout:
    case ErrorCode::kUnavailable:
    case ErrorCode::kThrottled:
    case ErrorCode::kCorrupt: return Remedy::kWait;
    default: return Remedy::kNone;
  }
}

}  // namespace

struct HttpAwsClient::Try {
  std::optional<AwsStream> answer;  // it went well; else:
  AwsFailure failure;
  bool had_no_effect = false;  // certainly
  Millis asked_for{0};         // to wait
  std::optional<WallTime> service_time;
  Credentials credentials;

  static Try failed(const Error& error, bool had_no_effect) {
    Try none;
    none.failure = {error.code(), remedy_of(error.code()), {}, error.message(), {}};
    none.had_no_effect = had_no_effect;
    return none;
  }
  static Try refused(const AwsResponse& answer, std::string_view method, WallTime signed_at) {
    Try none;
    none.failure = read_failure(answer, method, signed_at);
    none.had_no_effect = (answer.status >= 400 && answer.status < 500) ||
                         (none.failure.remedy == Remedy::kSlowDown && !is_good(answer.status));
    none.asked_for = retry_after(answer, signed_at);
    none.service_time = date_of(answer);
    return none;
  }
};

HttpAwsClient::HttpAwsClient(HttpAwsClientParts parts, Clock& clock, Telemetry& telemetry)
    : parts_(std::move(parts)), clock_(clock), telemetry_(telemetry), budget_(parts_.retries.budget) {}

WallTime HttpAwsClient::service_now() const { return clock_.wall_now() + Millis{clock_offset_ms_.load()}; }

void HttpAwsClient::set_trace(std::string trace) {
  if (!is_visible_ascii(trace)) trace.clear();  // what no header can carry must not stop the work
  const std::lock_guard lock(trace_mutex_);
  trace_ = std::move(trace);
}

std::string HttpAwsClient::trace_for(const std::string& service) {
  if (std::find(kTraced.begin(), kTraced.end(), service) == kTraced.end()) return {};
  const std::lock_guard lock(trace_mutex_);
  return trace_;
}

HttpRequest HttpAwsClient::signed_request(const AwsRequest& request, const Target& target,
                                          const Credentials& credentials, WallTime now) {
  const SigningScope scope{parts_.endpoints.region, request.service, {}};
  HttpRequest http;
  http.method = request.method;
  http.url = target.scheme + "://" + target.host + encode_path(target.path);
  if (!request.query.empty()) http.url += "?" + encode_query(request.query);
  http.headers = request.headers;
  for (auto& header : sign_headers(signable(request, target), scope, credentials, now))
    http.headers.push_back(std::move(header));
  if (std::string trace = trace_for(request.service); !trace.empty())
    http.headers.emplace_back("x-amzn-trace-id", std::move(trace));
  http.headers.emplace_back("user-agent", "silent-scalper");
  http.body = request.body;
  http.stream_length = request.stream_length;
  http.repeatable = request.repeatable;
  return http;
}

HttpAwsClient::Try HttpAwsClient::try_once(const CallContext& context, const AwsRequest& request, ByteSource* stream,
                                           bool streamed) {
  const auto target = target_of(parts_.endpoints, request.service, request.bucket, request.path);
  if (!target) return Try::failed(target.error(), true);
  auto credentials = parts_.credentials->get(context);
  if (credentials.failed_with(ErrorCode::kNotFound))
    return Try::failed({ErrorCode::kPermissionDenied, "no credentials: " + credentials.error().message()}, true);
  if (!credentials) return Try::failed(credentials.error().within("fetching credentials"), true);
  const WallTime now = service_now();
  HttpRequest http = signed_request(request, *target, *credentials, now);
  bool went_out = false;
  http.stream = stream;
  http.went_out = &went_out;
  AwsStream answer;
  if (streamed) {
    auto opened = parts_.transport->open(context, http);
    if (!opened) return Try::failed(opened.error(), !went_out);
    answer = *std::move(opened);
    if (!is_good(answer.head.status)) answer.head.body = start_of(context, *answer.body);
  } else {
    auto sent = parts_.transport->send(context, http);
    if (!sent) return Try::failed(sent.error(), !went_out);
    answer.head = *std::move(sent);
  }
  Try made;
  if (!is_good(answer.head.status)) {
    made = Try::refused(answer.head, request.method, now);
  } else if (request.error_in_200) {
    const auto document = parse_xml(answer.head.body);
    if (!document)
      made = Try::failed(document.error(), false);
    else if ((*document).name == "Error")
      made = Try::refused(answer.head, request.method, now);
    else
      made.answer = std::move(answer);
  } else {
    made.answer = std::move(answer);
  }
  made.credentials = *std::move(credentials);
  return made;
}

bool HttpAwsClient::mend_clock(const Try& failed) {
  if (!failed.service_time) return false;
  const Millis offset = *failed.service_time - clock_.wall_now();
  clock_offset_ms_ = offset.count();
  return true;
}

bool HttpAwsClient::wait_for_next(const CallContext& context, const Try& failed, int tries, int& spent) {
  const RetryRules& rules = parts_.retries;
  const Remedy remedy = failed.failure.remedy;
  if (tries >= rules.tries || (remedy != Remedy::kWait && remedy != Remedy::kSlowDown)) return false;
  const MonoTime next = clock_.mono_now() + wait_before_next(rules, remedy, tries, failed.asked_for);
  if (next >= context.deadline) return false;
  const int cost = failed.failure.code == ErrorCode::kTimeout ? rules.cost_after_timeout : rules.cost;
  if (!budget_.take(cost)) return false;
  spent = cost;
  clock_.sleep_until(context, next);
  if (context.stop.stop_requested()) return false;
  telemetry_.count(names::kRetries, 1, {});
  return true;
}

Result<AwsStream> HttpAwsClient::call_or_open(const CallContext& context, const AwsRequest& request,
                                              AwsRefusal* refusal, bool streamed) {
  WatchedStream stream(request.stream);
  bool clock_mended = false;
  bool credentials_mended = false;
  int spent = 1;  // what a success gives back, a little also without a retry
  for (int tries = 1;; ++tries) {
    Try made = try_once(context, request, request.stream != nullptr ? &stream : nullptr, streamed);
    if (made.answer) {
      budget_.give(spent);
      return *std::move(made.answer);
    }
    const AwsFailure& failure = made.failure;
    if (failure.remedy == Remedy::kSlowDown) telemetry_.count(names::kThrottles, 1, {});
    const bool may_repeat = !stream.was_read() && (request.repeatable || made.had_no_effect);
    if (may_repeat && failure.remedy == Remedy::kClock && !std::exchange(clock_mended, true) && mend_clock(made))
      continue;
    if (may_repeat && failure.remedy == Remedy::kCredentials && !std::exchange(credentials_mended, true)) {
      parts_.credentials->forget(made.credentials);
      continue;
    }
    if (may_repeat && wait_for_next(context, made, tries, spent)) continue;
    if (refusal != nullptr) *refusal = failure.refusal;
    std::string text = operation_of(request) + ": " + words_of(failure);
    if (tries > 1) text += ", after " + std::to_string(tries) + " tries";
    if (failure.remedy == Remedy::kCredentials && !failure.refusal.code.empty()) text += kRenewCredentials;
    return Error(context.stop.stop_requested() ? ErrorCode::kCancelled : failure.code, std::move(text));
  }
}

Result<AwsResponse> HttpAwsClient::call(const CallContext& context, const AwsRequest& request, AwsRefusal* refusal) {
  SCALPER_TRY_ASSIGN(AwsStream answer, call_or_open(context, request, refusal, false));
  return std::move(answer.head);
}

Result<AwsStream> HttpAwsClient::open(const CallContext& context, const AwsRequest& request, AwsRefusal* refusal) {
  return call_or_open(context, request, refusal, true);
}

Result<std::string> HttpAwsClient::presign(const CallContext& context, const AwsRequest& request,
                                           std::chrono::seconds valid_for) {
  SCALPER_TRY_ASSIGN(const Target target, target_of(parts_.endpoints, request.service, request.bucket, request.path));
  SCALPER_TRY_ASSIGN(const Credentials credentials, parts_.credentials->get(context));
  const WallTime now = service_now();
  if (credentials.expires && valid_for > *credentials.expires - now)
    valid_for = std::chrono::floor<std::chrono::seconds>(*credentials.expires - now);
  const SigningScope scope{parts_.endpoints.region, request.service, {}};
  SCALPER_TRY_ASSIGN(const std::string query,
                     presign_query(signable(request, target), scope, credentials, now, valid_for));
  return target.scheme + "://" + target.host + encode_path(target.path) + "?" + query;
}

Result<HttpAwsClient::Form> HttpAwsClient::sign_form(const CallContext& context, const PostPolicy& policy,
                                                     std::chrono::seconds valid_for) {
  SCALPER_TRY_ASSIGN(const Target target, target_of(parts_.endpoints, "s3", policy.bucket, "/"));
  SCALPER_TRY_ASSIGN(const Credentials credentials, parts_.credentials->get(context));
  const WallTime now = service_now();
  if (credentials.expires && valid_for > *credentials.expires - now)
    valid_for = std::chrono::floor<std::chrono::seconds>(*credentials.expires - now);
  const SigningScope scope{parts_.endpoints.region, "s3", {}};
  SCALPER_TRY_ASSIGN(Fields fields, post_form(policy, scope, credentials, now, valid_for));
  return Form{target.scheme + "://" + target.host + encode_path(target.path), std::move(fields), now + valid_for};
}

}  // namespace scalper::aws
