#include "adapters/aws/eventbridge_notices.h"

#include <boost/json.hpp>
#include <utility>

#include "base/escape.h"
#include "model/notice_event.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 200;
// Of an entry's 256 KiB: what the fields beside the detail take, and a bus's ARN.
constexpr std::size_t kMaxDetail = kMaxNoticeBytes - 4096;

// A bus may refuse the one entry although the call succeeds.
Error refused(const json::object& entry) {
  const auto text = [&](const char* name) {
    const auto* value = entry.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  };
  const std::string code = text("ErrorCode");
  const std::string said = "eventbridge: " + escape_text(code + " " + text("ErrorMessage"), kShown);
  if (code == "ThrottlingException") return {ErrorCode::kThrottled, said};
  if (code == "InternalFailure" || code == "InternalException") return {ErrorCode::kUnavailable, said};
  if (code == "NotAuthorizedForSourceException" || code.starts_with("AccessDenied"))
    return {ErrorCode::kPermissionDenied, said};
  return {ErrorCode::kInvalidArgument, said};
}

Result<void> read_answer(const std::string& body) {
  boost::system::error_code failed;
  const json::value answer = json::parse(body, failed);
  const json::value* entries = !failed && answer.is_object() ? answer.as_object().if_contains("Entries") : nullptr;
  if (entries == nullptr || !entries->is_array() || entries->as_array().size() != 1 ||
      !entries->as_array().front().is_object())
    return Error(ErrorCode::kCorrupt, "eventbridge: the answer speaks of no event");
  const json::object& entry = entries->as_array().front().as_object();
  const json::value* id = entry.if_contains("EventId");
  if (id != nullptr && id->is_string() && !id->as_string().empty()) return {};
  return refused(entry);
}

}  // namespace

EventBridgeNotices::EventBridgeNotices(AwsClient& client, Clock& clock, EventBridgeOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {}

Result<void> EventBridgeNotices::publish(const CallContext& context, const Notice& notice) {
  SCALPER_TRY(may_begin(context, clock_));
  if (notice.id.empty()) return Error(ErrorCode::kInvalidArgument, "a notice has an id");
  json::object entry{{"Source", "silent-scalper"},
                     {"DetailType", notice_type(notice.record.status)},
                     {"Detail", notice_event(notice.id, options_.pipeline, notice.record, kMaxDetail).text},
                     {"EventBusName", options_.bus}};
  if (notice.record.final_at)
    entry["Time"] =
        std::chrono::duration_cast<std::chrono::seconds>(notice.record.final_at->time_since_epoch()).count();
  AwsRequest request;
  request.service = "events";
  request.headers = {{"content-type", "application/x-amz-json-1.1"}, {"x-amz-target", "AWSEvents.PutEvents"}};
  request.body = json::serialize(json::object{{"Entries", json::array{std::move(entry)}}});
  const auto response = client_.call(context, request);
  if (response.failed_with(ErrorCode::kNotFound))
    return response.error().within("there is no such event bus, SCALPER_NOTICE_BUS names it");
  if (!response.ok()) return response.error();
  return read_answer(response->body);
}

}  // namespace scalper::aws
