#include "hosts/aws_events.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "adapters/aws/json_fields.h"
#include "base/escape.h"
#include "base/form_encoding.h"
#include "base/trace_context.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = std::size_t{1} << 20;     // of a message, and of an event that Lambda takes
constexpr std::size_t kMaxPayload = std::size_t{8} << 20;  // Lambda's own limit is 6 MB
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxEvents = 1000;
constexpr int kMaxWrappings = 3;
constexpr std::size_t kMaxBucketBytes = 255;
constexpr std::size_t kMaxVersionBytes = 1024;
constexpr std::size_t kMaxSequencer = 64;
constexpr std::size_t kShownMembers = 5;

Error refused(const std::string& why) { return {ErrorCode::kInvalidArgument, "event: " + why}; }
Error unsupported(const std::string& why) { return {ErrorCode::kUnsupported, "event: " + why}; }

Result<json::object> parse_object(std::string_view text, std::size_t limit) {
  if (text.size() > limit) return refused("longer than " + std::to_string(limit >> 20U) + " MiB");
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse(text, failed, {}, options);
  if (failed || !value.is_object()) return refused("no JSON object, or more than 32 levels deep");
  return std::move(value.as_object());
}

std::uint64_t number_in(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

// Events of one key are ordered by it; what cannot be compared orders nothing.
std::string sequencer_of(std::string_view text) {
  const bool known = text.size() <= kMaxSequencer &&
                     std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c).has_value(); });
  return known ? std::string(text) : std::string();
}

Result<IncomingEvent> object_event(std::string_view bucket, std::optional<std::string> key, const json::object& object,
                                   std::string_view version_name, std::string_view time) {
  if (bucket.empty() || bucket.size() > kMaxBucketBytes) return refused("no bucket's name");
  if (!key || key->empty() || key->size() > kMaxKeyBytes)
    return refused("no key of 1 to 1,024 bytes, encoded as S3 does it");
  const json::value* const version = object.if_contains(version_name);
  if (version != nullptr && !version->is_null() && !version->is_string()) return refused("the version is no text");
  std::string_view version_id = view_in(object, version_name);
  if (version_id == "null") version_id = {};
  if (version_id.size() > kMaxVersionBytes) return refused("a version id of more than 1,024 bytes");
  ObjectEvent event;
  event.ref = {BucketName{std::string(bucket)}, ObjectKey{*std::move(key)}, VersionId{std::string(version_id)}};
  event.sequencer = sequencer_of(view_in(object, "sequencer"));
  event.size = number_in(object, "size");
  if (const auto parsed = parse_rfc3339(time)) event.time = *parsed;
  return IncomingEvent{WorkMessage{std::move(event)}};
}

// "2.5" -> 2; -1 where it is no version.
int major_of(std::string_view version) {
  int major = -1;
  const auto [end, failed] = std::from_chars(version.data(), version.data() + version.size(), major);
  const std::string_view rest(end, static_cast<std::size_t>(version.data() + version.size() - end));
  return failed == std::errc() && (rest.empty() || rest.front() == '.') ? major : -1;
}

Result<void> check_version(std::string_view version, int understood, const char* whose) {
  const int major = major_of(version);
  if (major == understood) return {};
  const std::string shown = std::string(whose) + " version \"" + escape_text(version) + "\", understood is " +
                            std::to_string(understood) + ".x";
  return major > understood ? unsupported(shown + "; update the gate, then redrive the dead letters") : refused(shown);
}

Result<IncomingEvent> read_s3_record(const json::object& record) {
  SCALPER_TRY(check_version(view_in(record, "eventVersion"), 2, "S3 event"));
  std::string_view name = view_in(record, "eventName");
  if (name.starts_with("s3:")) name.remove_prefix(3);  // as some other stores write it
  if (name.empty()) return refused("an S3 record without its eventName");
  if (!name.starts_with("ObjectCreated:"))
    return IncomingEvent{IgnoredEvent{escape_text(name) + " makes no version to check"}};
  const json::object* const s3 = object_in(record, "s3");
  const json::object* const bucket = s3 == nullptr ? nullptr : object_in(*s3, "bucket");
  const json::object* const object = s3 == nullptr ? nullptr : object_in(*s3, "object");
  if (bucket == nullptr || object == nullptr) return refused("an S3 record without bucket or object");
  return object_event(view_in(*bucket, "name"), form_decoded(view_in(*object, "key")), *object, "versionId",
                      view_in(record, "eventTime"));
}

Result<IncomingEvent> read_eventbridge(const json::object& event) {
  if (view_in(event, "source") != "aws.s3")
    return refused("an EventBridge event from \"" + escape_text(view_in(event, "source")) + "\", not from aws.s3");
  SCALPER_TRY(check_version(view_in(event, "version"), 0, "EventBridge event"));
  const json::object* const detail = object_in(event, "detail");
  if (detail == nullptr) return refused("an EventBridge event without its detail");
  SCALPER_TRY(check_version(view_in(*detail, "version"), 0, "EventBridge S3 detail"));
  if (detail->contains("event-version"))
    SCALPER_TRY(check_version(view_in(*detail, "event-version"), 1, "EventBridge S3 event"));
  const std::string_view type = view_in(event, "detail-type");
  if (type != "Object Created") return IncomingEvent{IgnoredEvent{escape_text(type) + " makes no version to check"}};
  const json::object* const bucket = object_in(*detail, "bucket");
  const json::object* const object = object_in(*detail, "object");
  if (bucket == nullptr || object == nullptr) return refused("an EventBridge event without bucket or object");
  return object_event(view_in(*bucket, "name"), std::string(view_in(*object, "key")), *object, "version-id",
                      view_in(event, "time"));
}

class Reading {
 public:
  Result<void> body(std::string_view text);
  std::vector<IncomingEvent> events;

 private:
  Result<void> records(const json::value& value);
  Result<void> notification(const json::object& envelope);
  Result<void> by_hand(std::string_view text);
  Result<void> keep(Result<IncomingEvent> event);

  int wrappings_ = 0;
};

Result<void> Reading::keep(Result<IncomingEvent> event) {
  if (!event.ok()) return event.error();
  if (events.size() == kMaxEvents) return refused("more than 1,000 events in one body");
  events.push_back(*std::move(event));
  return {};
}

Result<void> Reading::records(const json::value& value) {
  const json::array* const list = value.if_array();
  if (list == nullptr || list->empty()) return refused("Records is no list, or an empty one");
  for (const json::value& one : *list) {
    const json::object* const record = one.if_object();
    if (record == nullptr) return refused("one of Records is no object");
    if (view_in(*record, "EventSource") == "aws:sns") {
      const json::object* const envelope = object_in(*record, "Sns");
      if (envelope == nullptr) return refused("an SNS record without its notification");
      SCALPER_TRY(notification(*envelope));
    } else if (view_in(*record, "eventSource").ends_with(":s3")) {  // aws:s3; other stores put their own name before
      SCALPER_TRY(keep(read_s3_record(*record)));
    } else {
      return refused("a record from \"" + escape_text(view_in(*record, "eventSource")) + "\"");
    }
  }
  return {};
}

Result<void> Reading::notification(const json::object& envelope) {
  const std::string_view type = view_in(envelope, "Type");
  if (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation")
    return unsupported("an SNS " + std::string(type) + "; visit its SubscribeURL by hand if the topic is yours");
  if (type != "Notification") return refused("an SNS message of type \"" + escape_text(type) + "\"");
  if (++wrappings_ > kMaxWrappings) return refused("more than 3 wrappings in each other");
  SCALPER_TRY(body(view_in(envelope, "Message")));
  --wrappings_;
  return {};
}

Result<void> Reading::by_hand(std::string_view text) {
  SCALPER_TRY_ASSIGN(WorkMessage message, parse_message_by_hand(text));
  if (auto* const event = std::get_if<ObjectEvent>(&message)) {
    if (event->ref.bucket.value().size() > kMaxBucketBytes) return refused("no bucket's name");
    if (event->ref.version.value().size() > kMaxVersionBytes) return refused("a version id of more than 1,024 bytes");
    if (event->ref.version.value() == "null") event->ref.version = VersionId{};
    event->sequencer = sequencer_of(event->sequencer);
  }
  return keep(IncomingEvent{std::move(message)});
}

Result<void> Reading::body(std::string_view text) {
  SCALPER_TRY_ASSIGN(const json::object object, parse_object(text, kMaxBody));
  if (const json::value* const list = object.if_contains("Records")) return records(*list);
  if (view_in(object, "Event") == "s3:TestEvent") return keep(IncomingEvent{IgnoredEvent{"s3:TestEvent"}});
  if (object.contains("detail-type")) return keep(read_eventbridge(object));
  if (object.contains("Type") && object.contains("Message")) return notification(object);
  if (object.contains("review") || object.contains("bucket")) return by_hand(text);
  std::string names;
  for (std::size_t i = 0; i < std::min(object.size(), kShownMembers); ++i)
    names += (i == 0 ? "" : ", ") + escape_text((object.begin() + static_cast<std::ptrdiff_t>(i))->key(), 40);
  return refused("of no known shape" + (names.empty() ? "" : ", with " + names));
}

Result<Delivery> read_sqs_record(const json::object& record) {
  Delivery delivery;
  delivery.message_id = view_in(record, "messageId");
  delivery.receipt = view_in(record, "receiptHandle");
  delivery.body = view_in(record, "body");
  if (delivery.message_id.empty()) return refused("a message of SQS without its id");
  if (const json::object* const attributes = object_in(record, "attributes")) {
    const std::string_view count = view_in(*attributes, "ApproximateReceiveCount");
    std::from_chars(count.data(), count.data() + count.size(), delivery.receive_count);
    if (const auto trace = parse_amazon_trace(view_in(*attributes, "AWSTraceHeader")))
      delivery.traceparent = format_traceparent(*trace);
  }
  return delivery;
}

}  // namespace

Result<std::vector<IncomingEvent>> read_events(std::string_view body) {
  Reading reading;
  SCALPER_TRY(reading.body(body));
  return std::move(reading.events);
}

Result<std::optional<std::vector<Delivery>>> read_sqs_batch(std::string_view payload) {
  SCALPER_TRY_ASSIGN(const json::object object, parse_object(payload, kMaxPayload));
  const json::value* const records = object.if_contains("Records");
  const json::array* const list = records == nullptr ? nullptr : records->if_array();
  const auto is_of_sqs = [](const json::value& one) {
    return one.is_object() && view_in(one.get_object(), "eventSource") == "aws:sqs";
  };
  if (list == nullptr || std::none_of(list->begin(), list->end(), is_of_sqs))
    return std::optional<std::vector<Delivery>>{};
  std::vector<Delivery> batch;
  for (const json::value& one : *list) {
    if (!is_of_sqs(one)) return refused("messages of SQS together with others");
    SCALPER_TRY_ASSIGN(Delivery delivery, read_sqs_record(one.get_object()));
    batch.push_back(std::move(delivery));
  }
  return std::optional(std::move(batch));
}

}  // namespace scalper::aws
