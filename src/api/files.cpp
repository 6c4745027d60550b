// Records: lists, one of them, its report.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "api/answers.h"
#include "api/conditions.h"
#include "api/export.h"
#include "api/found_file.h"
#include "api/json_body.h"
#include "api/listing.h"
#include "api/routes.h"
#include "model/record_view.h"
#include "model/verdict_json.h"
#include "pipeline/record/decide.h"

namespace scalper::api {
namespace {

constexpr std::uint64_t kPage = 50;
constexpr std::uint64_t kMaxWait = 25;  // seconds; below what proxies and gateways allow

Result<Reply> exported(const Call& call, Listing listing) {
  const std::string format = call.parameter("format");
  if (format != "csv" && format != "ndjson") return bad_parameter("format", "json, csv or ndjson");
  ExportLimits limits;
  SCALPER_TRY_ASSIGN(limits.rows, number_parameter(call, "limit", UINT64_MAX, 1, kMaxPage));
  limits.bytes = call.service.most_streamed;
  const ExportFormat as = format == "csv" ? ExportFormat::kCsv : ExportFormat::kNdjson;
  Stream stream;
  stream.content_type = content_type_of(as);
  SCALPER_TRY_ASSIGN(stream.body, export_source(call.gate(), call.context, std::move(listing), as, limits));
  return Reply(std::move(stream));
}

// An empty filter is a mistake of whoever made the address; taken for none it would show all.
Result<void> check_given(const Call& call) {
  for (const char* name : {"since", "until", "code"})
    if (call.parameters.contains(name) && call.parameter(name).empty())
      return bad_parameter(name, "left out, or given");
  return {};
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY(check_given(call));
  SCALPER_TRY_ASSIGN(Listing listing, parse_listing(filters_of(call), call.parameter("cursor")));
  const std::string format = call.parameter("format");
  if (!format.empty() && format != "json") return exported(call, std::move(listing));
  SCALPER_TRY_ASSIGN(const std::uint64_t limit, number_parameter(call, "limit", kPage, 1, kMaxPage));
  SCALPER_TRY_ASSIGN(const Listed page, next_page(call.gate().records, call.context, listing, limit));
  std::string body = "{\"index\":" + std::string(listing.is_open() ? "\"open\"" : "\"final\"") + ",\"files\":[";
  for (const FileRecord& record : page.records)
    body += (&record == page.records.data() ? "" : ",") + record_view(record, Detail::kLine);
  body += "]";
  std::string unreadable;
  for (const FileId& id : page.unreadable) unreadable += (unreadable.empty() ? "\"" : ",\"") + id.value() + "\"";
  if (!unreadable.empty()) body += ",\"unreadable\":[" + unreadable + "]";
  if (!page.next_cursor.empty()) body += ",\"next_cursor\":\"" + page.next_cursor + "\"";
  return json_reply(body + "}");
}

Result<Reply> shown(const Call& call) {
  SCALPER_TRY_ASSIGN(const std::uint64_t wait, number_parameter(call, "wait", 0, 0, kMaxWait));
  SCALPER_TRY_ASSIGN(const FileRecord record, found_file(call));
  if (wait > 0 && call.head.may_wait && !is_final(record) && record.status != FileStatus::kReleased &&
      record.status != FileStatus::kRejected)
    return Reply(WaitFor{record.id, std::chrono::seconds(wait)});
  const std::string etag = etag_of(record);
  Reply reply;
  if (none_match_names(call.head, etag)) {
    std::get<Complete>(reply).status = 304;
  } else {
    reply = json_reply(record_view(record, Detail::kFull));
  }
  std::get<Complete>(reply).headers.emplace_back("ETag", etag);
  return reply;
}

// The attempt that decided wrote it; later ones of the same epoch only finished.
Result<Reply> stored_report(const Call& call, FileRecord record) {
  for (; record.attempt > 0; --record.attempt) {
    auto opened = call.gate().objects.open(
        call.context, {call.gate().settings.quarantine, report_key(record), VersionId{}}, ETag{}, ByteRange{});
    if (opened.failed_with(ErrorCode::kNotFound)) continue;
    if (!opened.ok()) return opened.error().within("opening the report");
    Stream stream;
    stream.size = opened->info.size;
    stream.body = std::move(opened->body);
    return Reply(std::move(stream));
  }
  return Error(ErrorCode::kNotFound, "the report is gone; the record keeps its first findings");
}

Result<Reply> report(const Call& call) {
  SCALPER_TRY_ASSIGN(FileRecord record, found_file(call));
  const Decision* decision = record.decision ? &*record.decision : nullptr;
  if (decision == nullptr && record.prior_decision) decision = &*record.prior_decision;
  if (decision == nullptr) return Error(ErrorCode::kNotFound, "this file has no verdict yet");
  if (record.decision && decision->has_report) return stored_report(call, std::move(record));
  return json_reply(verdict_to_json(decision->verdict));
}

}  // namespace

Reply list_files(const Call& call) { return reply_of(listed(call)); }
Reply get_file(const Call& call) { return reply_of(shown(call)); }
Reply get_report(const Call& call) { return reply_of(report(call)); }

}  // namespace scalper::api
