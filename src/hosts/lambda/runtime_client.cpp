#include "hosts/lambda/runtime_client.h"

#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "api/target.h"
#include "base/escape.h"
#include "base/plain_json.h"

namespace scalper::lambda {
namespace {

constexpr int kTellTries = 3;
constexpr Millis kPatience{std::chrono::seconds{10}};
constexpr std::size_t kMaxRequestId = 256;
constexpr std::size_t kMessageChars = 2000;

// Milliseconds since 1970. What is no such number was not said.
std::optional<WallTime> deadline_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return WallTime{Millis{value}};
}

std::string failure_json(const Failure& failure) {
  return plain_json(boost::json::serialize(boost::json::object{
      {"errorMessage", failure.message}, {"errorType", failure.type}, {"stackTrace", boost::json::array{}}}));
}

}  // namespace

Failure failure_of(const Error& error) {
  return {"Scalper." + std::string(to_string(error.code())), escape_text(error.message(), kMessageChars)};
}

Result<Invocation> RuntimeClient::next() {
  PlainRequest request;
  request.path = prefix_ + "/invocation/next";
  SCALPER_TRY_ASSIGN(PlainAnswer answer, http_.exchange(request));
  if (answer.status != 200)
    return Error(ErrorCode::kUnavailable, "Runtime API: /next answered " + std::to_string(answer.status));
  Invocation invocation;
  invocation.request_id = answer.header("lambda-runtime-aws-request-id");
  if (invocation.request_id.empty() || invocation.request_id.size() > kMaxRequestId)
    return Error(ErrorCode::kCorrupt, "Runtime API: /next answered an event without a request id");
  invocation.deadline = deadline_of(answer.header("lambda-runtime-deadline-ms"));
  invocation.trace_id = answer.header("lambda-runtime-trace-id");
  invocation.function_arn = answer.header("lambda-runtime-invoked-function-arn");
  invocation.payload = std::move(answer.body);
  return invocation;
}

// A try that was cut may have been taken: the next one is then told that it comes too late.
Result<Taken> RuntimeClient::tell(const std::string& path, std::string_view body, const std::string& error_type) {
  PlainRequest request;
  request.method = "POST";
  request.path = path;
  request.headers.emplace_back("Content-Type", "application/json");
  if (!error_type.empty()) request.headers.emplace_back("Lambda-Runtime-Function-Error-Type", error_type);
  request.body = body;
  request.patience = kPatience;
  request.wants_body = false;
  Error last{ErrorCode::kInternal, "Runtime API: not asked"};
  for (int tries = 0; tries < kTellTries; ++tries) {
    const auto answer = http_.exchange(request);
    if (!answer.ok()) {
      last = answer.error();
      continue;
    }
    const int status = answer->status;
    if (status / 100 == 2) return Taken::kYes;
    if (status == 400 || status == 403) return Taken::kTooLate;
    last = Error(status == 413 ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable,
                 "Runtime API: it answered " + std::to_string(status));
    if (status / 100 == 4) break;
  }
  return last;
}

Result<Taken> RuntimeClient::respond(const std::string& request_id, std::string_view body) {
  if (body.size() > kMaxAnswer)
    return Error(ErrorCode::kInvalidArgument, "the answer has " + std::to_string(body.size()) +
                                                  " bytes, Lambda takes " + std::to_string(kMaxAnswer));
  return tell(prefix_ + "/invocation/" + api::percent_encoded(request_id) + "/response", body, {});
}

Result<Taken> RuntimeClient::fail(const std::string& request_id, const Failure& failure) {
  return tell(prefix_ + "/invocation/" + api::percent_encoded(request_id) + "/error", failure_json(failure),
              failure.type);
}

Result<void> RuntimeClient::fail_init(const Failure& failure) {
  const auto taken = tell(prefix_ + "/init/error", failure_json(failure), failure.type);
  return taken.ok() ? Result<void>() : taken.error();
}

}  // namespace scalper::lambda
