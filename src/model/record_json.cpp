#include "model/record_json.h"

#include <array>
#include <boost/json.hpp>

#include "model/json_parts.h"

namespace scalper {
namespace {

namespace json = boost::json;

using Memory = json::storage_ptr;

constexpr std::size_t kUsualParts = 12288;
constexpr std::size_t kMembers = 40;

template <class Tag>
void put(json::object& object, std::string_view name, const StrongString<Tag>& text) {
  if (!text.empty()) put_text(object, name, text.value());
}

void put(json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) put_text(object, name, text);
}

void put(json::object& object, std::string_view name, WallTime time) { object[name] = format_rfc3339(time); }

void put(json::object& object, std::string_view name, const std::optional<WallTime>& time) {
  if (time) put(object, name, *time);
}

void put(json::object& object, std::string_view name, bool flag) {
  if (flag) object[name] = true;
}

template <class Strong>
Strong strong(JsonReader& reader, std::string_view name) {
  return reader.has(name) ? Strong{reader.text(name)} : Strong{};
}

std::string text_or_empty(JsonReader& reader, std::string_view name) {
  return reader.has(name) ? reader.text(name) : std::string();
}

bool flag_or_false(JsonReader& reader, std::string_view name) { return reader.has(name) && reader.flag(name); }

WallTime read_time(JsonReader& reader, std::string_view name) {
  const auto time = parse_rfc3339(reader.text(name));
  if (!time) reader.fail(name, "time");
  return time.value_or(WallTime{});
}

std::optional<WallTime> maybe_time(JsonReader& reader, std::string_view name) {
  return reader.has(name) ? std::optional(read_time(reader, name)) : std::nullopt;
}

std::uint32_t read_count(JsonReader& reader, std::string_view name) {
  const std::uint64_t number = reader.number(name);
  if (number > UINT32_MAX) reader.fail(name, "count");
  return static_cast<std::uint32_t>(number);
}

json::object ref_json(const ObjectRef& ref, const Memory& memory) {
  json::object object(memory);
  put(object, "bucket", ref.bucket);
  put(object, "key", ref.key);
  put(object, "version_id", ref.version);
  return object;
}

ObjectRef read_ref(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  return {strong<BucketName>(reader, "bucket"), strong<ObjectKey>(reader, "key"),
          strong<VersionId>(reader, "version_id")};
}

json::object target_json(const Target& target, const Memory& memory) {
  json::object object = ref_json({target.bucket, target.key, target.version}, memory);
  put(object, "etag", target.etag);
  return object;
}

Target read_target(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  ObjectRef ref = read_ref(object, problem);
  return {std::move(ref.bucket), std::move(ref.key), std::move(ref.version), strong<ETag>(reader, "etag")};
}

json::object review_json(const Review& review, const Memory& memory) {
  json::object object(memory);
  object["action"] = to_string(review.action);
  put_text(object, "who", review.who);
  put_text(object, "note", review.note);
  put(object, "at", review.at);
  return object;
}

Review read_review(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  const auto action = parse_review_action(reader.text("action"));
  if (!action) reader.fail("action", "review action");
  return {action.value_or(ReviewAction::kRerun), reader.text("who"), reader.text("note"), read_time(reader, "at")};
}

json::object decision_json(const Decision& decision, const Memory& memory) {
  json::object object(memory);
  put_verdict(object, decision.verdict);
  put(object, "seal", decision.seal);
  json::array companions(memory);
  for (const CompanionUse& companion : decision.companions) {
    json::object use = ref_json(companion.ref, memory);
    use["sha256"] = companion.sha256;
    companions.emplace_back(std::move(use));
  }
  if (!companions.empty()) object["companions"] = std::move(companions);
  put(object, "has_report", decision.has_report);
  put(object, "at", decision.at);
  return object;
}

template <class Read>
void each_object(const json::object& object, std::string_view name, std::string& problem, Read read) {
  const json::value* const list = object.if_contains(name);
  if (list == nullptr) return;
  JsonReader reader(object, problem);
  if (!list->is_array()) return reader.fail(name, "list");
  for (const json::value& entry : list->as_array()) {
    if (!entry.is_object()) return reader.fail(name, "list of objects");
    read(entry.as_object());
  }
}

Decision read_decision(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  Decision decision;
  decision.verdict = read_verdict(object, problem);
  decision.seal = strong<Seal>(reader, "seal");
  each_object(object, "companions", problem, [&](const json::object& use) {
    JsonReader companion(use, problem);
    decision.companions.push_back({read_ref(use, problem), companion.text("sha256")});
  });
  decision.has_report = flag_or_false(reader, "has_report");
  decision.at = read_time(reader, "at");
  return decision;
}

json::object history_json(const HistoryEntry& entry, const Memory& memory) {
  json::object object(memory);
  object["epoch"] = entry.epoch;
  object["attempts"] = entry.attempts;
  object["status"] = to_string(entry.status);
  put(object, "codes", entry.codes);
  put(object, "contract", entry.contract.name);
  put(object, "contract_digest", entry.contract.digest);
  if (entry.review) object["review"] = review_json(*entry.review, memory);
  if (entry.target) object["target"] = target_json(*entry.target, memory);
  put(object, "at", entry.at);
  return object;
}

FileStatus read_status(JsonReader& reader) {
  const auto status = parse_file_status(reader.text("status"));
  if (!status) reader.fail("status", "status");
  return status.value_or(FileStatus::kReceived);
}

HistoryEntry read_history(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  HistoryEntry entry;
  entry.epoch = read_count(reader, "epoch");
  entry.attempts = read_count(reader, "attempts");
  entry.status = read_status(reader);
  entry.codes = text_or_empty(reader, "codes");
  entry.contract = {text_or_empty(reader, "contract"), text_or_empty(reader, "contract_digest")};
  if (reader.has("review")) entry.review = read_review(reader.object("review"), problem);
  if (reader.has("target")) entry.target = read_target(reader.object("target"), problem);
  entry.at = read_time(reader, "at");
  return entry;
}

json::object companion_json(const CompanionProgress& progress, const Memory& memory) {
  json::object object(memory);
  put(object, "announced", progress.announced);
  object["done"] = progress.done;
  put(object, "waits_for", progress.waits_for);
  put(object, "used", progress.used);
  put(object, "in_output", progress.in_output);
  return object;
}

CompanionProgress read_companion(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  return {flag_or_false(reader, "announced"), read_count(reader, "done"), strong<ObjectKey>(reader, "waits_for"),
          flag_or_false(reader, "used"), flag_or_false(reader, "in_output")};
}

void put_try(json::object& object, const FileRecord& record) {
  object["epoch"] = record.epoch;
  object["attempt"] = record.attempt;
  put(object, "owner", record.owner);
  if (record.lease_until != WallTime{}) put(object, "lease_until", record.lease_until);
  put(object, "parsing", record.parsing);
  object["crashes"] = record.crashes;
  if (record.decision) object["decision"] = decision_json(*record.decision, object.storage());
  if (record.target) object["target"] = target_json(*record.target, object.storage());
  put(object, "target_tried", record.target_tried);
  put(object, "upload_id", record.upload_id);
  if (record.companion) object["companion"] = companion_json(*record.companion, object.storage());
}

void read_try(JsonReader& reader, FileRecord& record) {
  record.epoch = read_count(reader, "epoch");
  record.attempt = read_count(reader, "attempt");
  record.owner = strong<OwnerToken>(reader, "owner");
  record.lease_until = maybe_time(reader, "lease_until").value_or(WallTime{});
  record.parsing = flag_or_false(reader, "parsing");
  record.crashes = read_count(reader, "crashes");
  if (reader.has("decision")) record.decision = read_decision(reader.object("decision"), reader.problem());
  if (reader.has("target")) record.target = read_target(reader.object("target"), reader.problem());
  record.target_tried = flag_or_false(reader, "target_tried");
  record.upload_id = strong<UploadId>(reader, "upload_id");
  if (reader.has("companion")) record.companion = read_companion(reader.object("companion"), reader.problem());
}

void put_review(json::object& object, const FileRecord& record) {
  if (record.review) object["review"] = review_json(*record.review, object.storage());
  if (record.prior_decision) object["prior_decision"] = decision_json(*record.prior_decision, object.storage());
  if (record.prior_target) object["prior_target"] = target_json(*record.prior_target, object.storage());
  json::array history(object.storage());
  for (const HistoryEntry& entry : record.history) history.emplace_back(history_json(entry, object.storage()));
  if (!history.empty()) object["history"] = std::move(history);
}

void read_reviews(const json::object& object, JsonReader& reader, FileRecord& record) {
  std::string& problem = reader.problem();
  if (reader.has("review")) record.review = read_review(reader.object("review"), problem);
  if (reader.has("prior_decision")) record.prior_decision = read_decision(reader.object("prior_decision"), problem);
  if (reader.has("prior_target")) record.prior_target = read_target(reader.object("prior_target"), problem);
  each_object(object, "history", problem,
              [&](const json::object& entry) { record.history.push_back(read_history(entry, problem)); });
}

FileRecord read_record(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  FileRecord record;
  record.id = FileId{reader.text("id")};
  record.status = read_status(reader);
  record.revision = reader.number("revision");
  record.origin = read_ref(reader.object("origin"), problem);
  record.source = read_ref(reader.object("source"), problem);
  record.source_etag = strong<ETag>(reader, "source_etag");
  record.sequencer = text_or_empty(reader, "sequencer");
  record.size = reader.number("size");
  record.source_time = read_time(reader, "source_time");
  record.traceparent = text_or_empty(reader, "traceparent");
  read_try(reader, record);
  read_reviews(object, reader, record);
  record.open = flag_or_false(reader, "open");
  record.last_error = text_or_empty(reader, "last_error");
  record.retry_after = maybe_time(reader, "retry_after");
  record.enqueued_at = maybe_time(reader, "enqueued_at");
  record.received_at = read_time(reader, "received_at");
  record.final_at = maybe_time(reader, "final_at");
  record.expires_at = maybe_time(reader, "expires_at");
  return record;
}

}  // namespace

std::string record_to_json(const FileRecord& record) {
  // Every record is written several times on its way: all of its parts in one piece of memory, which most fit into.
  std::array<unsigned char, kUsualParts> room;
  json::monotonic_resource memory(room.data(), room.size());
  json::object object(&memory);
  object.reserve(kMembers);
  object["schema"] = kRecordSchemaVersion;
  put_text(object, "id", record.id.value());
  object["status"] = to_string(record.status);
  object["revision"] = record.revision;
  object["origin"] = ref_json(record.origin, object.storage());
  object["source"] = ref_json(record.source, object.storage());
  put(object, "source_etag", record.source_etag);
  put(object, "sequencer", record.sequencer);
  object["size"] = record.size;
  put(object, "source_time", record.source_time);
  put(object, "traceparent", record.traceparent);
  put_try(object, record);
  put_review(object, record);
  put(object, "open", record.open);
  put(object, "last_error", record.last_error);
  put(object, "retry_after", record.retry_after);
  put(object, "enqueued_at", record.enqueued_at);
  put(object, "received_at", record.received_at);
  put(object, "final_at", record.final_at);
  put(object, "expires_at", record.expires_at);
  return json::serialize(object);
}

Result<FileRecord> record_from_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return Error(ErrorCode::kCorrupt, "a record is no JSON object");
  std::string problem;
  JsonReader reader(value.as_object(), problem);
  if (reader.number("schema") > kRecordSchemaVersion)
    return Error(ErrorCode::kUnsupported, "a record was written by a newer version");
  FileRecord record = read_record(value.as_object(), problem);
  if (!problem.empty()) return Error(ErrorCode::kCorrupt, "a record does not read: " + problem);
  return record;
}

}  // namespace scalper
