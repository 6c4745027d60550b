#include "model/work_message.h"

#include <boost/json.hpp>
#include <optional>

#include "base/bytes.h"
#include "base/escape.h"
#include "base/trace_context.h"
#include "model/file_id.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = 256 * 1024;
constexpr std::size_t kMaxKey = 1024;

std::optional<std::string> text_member(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

std::uint64_t number_member(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

Error refused(std::string why) { return {ErrorCode::kInvalidArgument, "message: " + std::move(why)}; }

Result<WorkMessage> read_review(const json::object& object, std::string id) {
  if (!is_file_id(id)) return refused("`review` is no file id");
  return WorkMessage{ReviewMessage{FileId{std::move(id)}, number_member(object, "revision")}};
}

enum class Version : std::uint8_t { kNeeded, kMayBeLeftOut };

Result<WorkMessage> read_event(const json::object& object, Version need) {
  auto bucket = text_member(object, "bucket");
  auto key = text_member(object, "key");
  if (const auto hex = text_member(object, "key_hex")) key = from_hex(*hex);
  auto version = text_member(object, "version");
  if (!bucket || bucket->empty()) return refused("no `bucket`");
  if (!key || key->empty() || key->size() > kMaxKey) return refused("no `key` of 1 to 1,024 bytes");
  if (!object.contains("version") && need == Version::kMayBeLeftOut)
    version.emplace();
  else if (!version || version->empty())
    return refused("no `version`");
  ObjectEvent event;
  event.ref = {BucketName{*std::move(bucket)}, ObjectKey{*std::move(key)}, VersionId{*std::move(version)}};
  event.sequencer = text_member(object, "sequencer").value_or("");
  event.size = number_member(object, "size");
  if (const auto time = text_member(object, "time"))
    if (const auto parsed = parse_rfc3339(*time)) event.time = *parsed;
  if (const auto trace = parse_traceparent(text_member(object, "traceparent").value_or("")))
    event.traceparent = format_traceparent(*trace);
  return WorkMessage{std::move(event)};
}

Result<WorkMessage> parse(std::string_view body, Version need) {
  if (body.size() > kMaxBody) return refused("longer than 256 KiB");
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 8;
  const json::value value = json::parse(body, failed, {}, options);
  if (failed || !value.is_object()) return refused("no JSON object");
  const json::object& object = value.as_object();
  if (auto id = text_member(object, "review")) return read_review(object, *std::move(id));
  return read_event(object, need);
}

}  // namespace

std::string format_message(const WorkMessage& message) {
  json::object object;
  if (const auto* const review = std::get_if<ReviewMessage>(&message)) {
    object["review"] = review->id.value();
    object["revision"] = review->revision;
    return json::serialize(object);
  }
  const auto& event = std::get<ObjectEvent>(message);
  object["bucket"] = event.ref.bucket.value();
  const std::string& key = event.ref.key.value();
  if (is_valid_utf8(key))
    object["key"] = key;
  else
    object["key_hex"] = to_hex(as_bytes(key));
  object["version"] = event.ref.version.value();
  if (!event.sequencer.empty()) object["sequencer"] = event.sequencer;
  object["size"] = event.size;
  object["time"] = format_rfc3339(event.time);
  if (!event.traceparent.empty()) object["traceparent"] = event.traceparent;
  return json::serialize(object);
}

Result<WorkMessage> parse_message(std::string_view body) { return parse(body, Version::kNeeded); }

Result<WorkMessage> parse_message_by_hand(std::string_view body) { return parse(body, Version::kMayBeLeftOut); }

}  // namespace scalper
