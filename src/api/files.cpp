// Records: lists, one of them, its report.

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "base/bytes.h"
#include "digest/sha256.h"
#include "model/record_view.h"
#include "model/verdict_json.h"
#include "pipeline/record/decide.h"

namespace scalper::api {
namespace {

constexpr std::uint64_t kPage = 50;
constexpr std::uint64_t kMaxPage = 1000;
constexpr std::size_t kMaxRead = 1000;  // records looked at for one page
constexpr std::uint64_t kMaxWait = 25;  // seconds; below what proxies and gateways allow
constexpr std::size_t kMarkDigits = 16;
constexpr const char* kNotAtRest = "open";

// A list as it was asked for: what the store is asked, and what is left out of its answer.
struct Listing {
  RecordQuery query;
  std::optional<FileStatus> status;
  std::string prefix;

  [[nodiscard]] bool is_open() const { return query.index == RecordQuery::Index::kOpen; }
  [[nodiscard]] bool shows(const FileRecord& record) const {
    return (!status || record.status == *status) && record.origin.key.value().starts_with(prefix);
  }
};

bool is_unfinished(FileStatus status) {
  return status == FileStatus::kReceived || status == FileStatus::kProcessing || status == FileStatus::kVanished;
}

Result<std::optional<WallTime>> time_parameter(const Call& call, std::string_view name) {
  if (!call.parameters.contains(name)) return std::optional<WallTime>();
  const auto time = parse_rfc3339(call.parameter(name));
  if (!time) return bad_parameter(name, "a time as in RFC 3339: 2026-11-22T08:15:30Z");
  return std::optional<WallTime>(time);
}

// Binds a cursor to the question: the store signs its own part, which knows nothing of our filters.
std::string mark_of(const Call& call) {
  std::string question;
  for (const char* name : {"status", "prefix", "since", "until"}) question += call.parameter(name) + '\0';
  Sha256 sha;
  sha.update(as_bytes(question));
  return to_hex(sha.finish()).substr(0, kMarkDigits);
}

Result<std::string> store_cursor(const Call& call) {
  const std::string given = call.parameter("cursor");
  if (given.empty()) return given;
  const std::string mark = mark_of(call) + ".";
  if (!given.starts_with(mark))
    return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this list; ask again from the start");
  return given.substr(mark.size());
}

Result<void> choose_index(const Call& call, Listing& listing) {
  const std::string status = call.parameter("status");
  if (call.parameters.contains("status") && status != kNotAtRest) {
    listing.status = parse_file_status(status);
    if (!listing.status) return bad_parameter("status", "open or one of the statuses of a file");
  }
  using Index = RecordQuery::Index;
  if (status == kNotAtRest || (listing.status && is_unfinished(*listing.status))) {
    listing.query.index = Index::kOpen;
    if (listing.query.since || listing.query.until)
      return Error(ErrorCode::kInvalidArgument, "since and until speak of final files; this status is not final");
  } else if (!listing.prefix.empty()) {
    listing.query.index = Index::kPrefix;
    listing.query.prefix = listing.prefix;
  } else if (listing.status) {
    listing.query.index = Index::kStatus;
    listing.query.status = *listing.status;
  }
  return {};
}

Result<Listing> parse_listing(const Call& call) {
  Listing listing;
  listing.prefix = call.parameter("prefix");
  if (listing.prefix.size() > kMaxKeyBytes) return bad_parameter("prefix", "at most 1,024 bytes");
  SCALPER_TRY_ASSIGN(listing.query.since, time_parameter(call, "since"));
  SCALPER_TRY_ASSIGN(listing.query.until, time_parameter(call, "until"));
  SCALPER_TRY_ASSIGN(listing.query.limit, number_parameter(call, "limit", kPage, 1, kMaxPage));
  SCALPER_TRY_ASSIGN(listing.query.cursor, store_cursor(call));
  SCALPER_TRY(choose_index(call, listing));
  return listing;
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY_ASSIGN(Listing listing, parse_listing(call));
  const std::size_t wanted = listing.query.limit;
  std::string body = "{\"index\":" + std::string(listing.is_open() ? "\"open\"" : "\"final\"") + ",\"files\":[";
  std::string unreadable;
  std::size_t shown = 0;
  std::size_t read = 0;
  do {
    listing.query.limit = wanted - shown;
    SCALPER_TRY_ASSIGN(RecordPage page, call.gate().records.list(call.context, listing.query));
    for (const FileRecord& record : page.records) {
      if (!listing.shows(record)) continue;
      body += (shown++ == 0 ? "" : ",") + record_view(record, Detail::kLine);
    }
    for (const FileId& id : page.unreadable) unreadable += (unreadable.empty() ? "\"" : ",\"") + id.value() + "\"";
    read += std::max<std::size_t>(page.records.size() + page.unreadable.size(), 1);
    listing.query.cursor = std::move(page.next_cursor);
  } while (shown < wanted && read < kMaxRead && !listing.query.cursor.empty());
  body += "]";
  if (!unreadable.empty()) body += ",\"unreadable\":[" + unreadable + "]";
  if (!listing.query.cursor.empty()) body += ",\"next_cursor\":\"" + mark_of(call) + "." + listing.query.cursor + "\"";
  return json_reply(body + "}");
}

// An uploader is not told either that files of others are there.
bool may_see(const RequestHead& head, const FileRecord& record) {
  if (head.role != Role::kUploader || head.prefixes.empty()) return true;
  return std::ranges::any_of(
      head.prefixes, [&record](const std::string& prefix) { return record.origin.key.value().starts_with(prefix); });
}

Result<FileRecord> found(const Call& call) {
  SCALPER_TRY_ASSIGN(const FileId id, captured_id(call));
  SCALPER_TRY_ASSIGN(auto record, call.gate().records.get(call.context, id));
  if (!record || !may_see(call.head, *record)) return Error(ErrorCode::kNotFound, "no file has the id " + id.value());
  return *std::move(record);
}

Result<Reply> shown(const Call& call) {
  SCALPER_TRY_ASSIGN(const std::uint64_t wait, number_parameter(call, "wait", 0, 0, kMaxWait));
  SCALPER_TRY_ASSIGN(const FileRecord record, found(call));
  if (wait > 0 && call.head.may_wait && !is_final(record) && record.status != FileStatus::kReleased &&
      record.status != FileStatus::kRejected)
    return Reply(WaitFor{record.id, std::chrono::seconds(wait)});
  return json_reply(record_view(record, Detail::kFull));
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
  SCALPER_TRY_ASSIGN(FileRecord record, found(call));
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
