#include "model/record_view.h"

#include <boost/json.hpp>

#include "base/bytes.h"
#include "base/escape.h"
#include "model/verdict_json.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 4096;

std::string clean(const std::string& text) { return is_valid_utf8(text) ? text : escape_text(text, kMaxText); }

void put_key(json::object& object, const ObjectKey& key) {
  object["key"] = clean(key.value());
  if (!is_valid_utf8(key.value())) object["key_hex"] = to_hex(as_bytes(key.value()));
}

void put_time(json::object& object, const char* name, const std::optional<WallTime>& time) {
  if (time) object[name] = format_rfc3339(*time);
}

json::object ref_view(const ObjectRef& ref) {
  json::object object;
  object["bucket"] = ref.bucket.value();
  put_key(object, ref.key);
  object["version"] = clean(ref.version.value());
  return object;
}

json::object target_view(const Target& target) {
  json::object object = ref_view({target.bucket, target.key, target.version});
  object["etag"] = clean(target.etag.value());
  return object;
}

json::object review_view(const Review& review) {
  return {{"action", to_string(review.action)},
          {"who", clean(review.who)},
          {"note", clean(review.note)},
          {"at", format_rfc3339(review.at)}};
}

json::object history_view(const HistoryEntry& entry) {
  json::object object{{"epoch", entry.epoch},
                      {"attempts", entry.attempts},
                      {"status", to_string(entry.status)},
                      {"codes", entry.codes},
                      {"contract", {{"name", clean(entry.contract.name)}, {"digest", entry.contract.digest}}},
                      {"at", format_rfc3339(entry.at)}};
  if (entry.review) object["review"] = review_view(*entry.review);
  if (entry.target) object["target"] = target_view(*entry.target);
  return object;
}

// What a list shows of a decision.
void put_outline(json::object& object, const Decision& decision) {
  object["type"] = clean(decision.verdict.type);
  object["contract"] = clean(decision.verdict.contract.name);
  json::array codes;
  for (const Finding& finding : decision.verdict.findings) codes.emplace_back(finding.code);
  object["codes"] = std::move(codes);
  object["findings_total"] = decision.verdict.findings_total;
}

void put_decision(json::object& object, const Decision& decision) {
  object["verdict"] = json::parse(verdict_to_json(decision.verdict));
  object["decided_at"] = format_rfc3339(decision.at);
  object["has_report"] = decision.has_report;
  json::array companions;
  for (const CompanionUse& use : decision.companions) {
    json::object companion = ref_view(use.ref);
    companion["sha256"] = use.sha256;
    companions.push_back(std::move(companion));
  }
  object["companions"] = std::move(companions);
}

void put_full(json::object& object, const FileRecord& record) {
  object["epoch"] = record.epoch;
  object["crashes"] = record.crashes;
  object["source"] = ref_view(record.source);
  object["source_time"] = format_rfc3339(record.source_time);
  if (!record.traceparent.empty()) object["traceparent"] = record.traceparent;
  if (record.decision) put_decision(object, *record.decision);
  if (record.review) object["review"] = review_view(*record.review);
  if (record.companion && !record.companion->waits_for.empty())
    object["waits_for"] = clean(record.companion->waits_for.value());
  json::array history;
  for (const HistoryEntry& entry : record.history) history.push_back(history_view(entry));
  object["history"] = std::move(history);
  if (!record.last_error.empty()) object["last_error"] = clean(record.last_error);
  put_time(object, "retry_after", record.retry_after);
  put_time(object, "enqueued_at", record.enqueued_at);
  put_time(object, "expires_at", record.expires_at);
}

}  // namespace

std::string record_view(const FileRecord& record, Detail detail) {
  json::object object;
  object["id"] = record.id.value();
  object["status"] = to_string(record.status);
  object["final"] = is_final(record);
  object["revision"] = record.revision;
  object["bucket"] = record.origin.bucket.value();
  put_key(object, record.origin.key);
  object["version"] = clean(record.origin.version.value());
  object["size"] = record.size;
  object["attempt"] = record.attempt;
  object["received_at"] = format_rfc3339(record.received_at);
  put_time(object, "final_at", record.final_at);
  if (has_published_target(record)) object["target"] = target_view(*record.target);
  if (detail == Detail::kLine && record.decision) put_outline(object, *record.decision);
  if (detail == Detail::kLine && record.review) object["review"] = to_string(record.review->action);
  if (detail == Detail::kFull) put_full(object, record);
  return json::serialize(object);
}

}  // namespace scalper
