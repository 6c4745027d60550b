// An operator's word on many files: named one by one, or by what a list shows.

#include <boost/json.hpp>
#include <set>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/json_body.h"
#include "api/listing.h"
#include "api/routes.h"
#include "model/file_id.h"
#include "pipeline/review.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostFiles = 1000;                      // of one call
constexpr std::size_t kPage = 25;                             // between two looks at the time
constexpr std::size_t kMaxManyBody = std::size_t{64} * 1024;  // 1,000 ids are 30 KB
constexpr Millis kLastWords{std::chrono::seconds{5}};

struct Wanted {
  ReviewAction action = ReviewAction::kRerun;
  std::string note;
  bool dry_run = false;
  std::vector<FileId> ids;
  std::optional<Filters> filter;
  std::string cursor;
  std::size_t limit = kMostFiles;
};

// What became of each, and how many of each kind there are.
class Results {
 public:
  void add(json::object result, const char* how) {
    result["result"] = how;
    ++counts_[how];
    results_.push_back(std::move(result));
  }
  [[nodiscard]] std::size_t size() const { return results_.size(); }
  [[nodiscard]] json::object body() && {
    json::object body{{"counts", json::object()}};
    for (const char* how : {"accepted", "would_be_accepted", "refused", "failed"})
      if (const auto count = counts_.find(how); count != counts_.end())
        body["counts"].get_object()[how] = count->second;
    body["results"] = std::move(results_);
    return body;
  }

 private:
  json::array results_;
  std::map<std::string, std::uint64_t> counts_;
};

Result<std::vector<FileId>> ids_of(const json::value& value) {
  const Error bad(ErrorCode::kInvalidArgument, "the member \"ids\" must be a list of 1 to 1,000 different file ids");
  if (!value.is_array() || value.get_array().empty() || value.get_array().size() > kMostFiles) return bad;
  std::set<std::string> seen;
  std::vector<FileId> ids;
  for (const json::value& id : value.get_array()) {
    if (!id.is_string() || !is_file_id(std::string_view(id.get_string()))) return bad;
    ids.emplace_back(std::string(id.get_string()));
    if (!seen.insert(ids.back().value()).second) return bad;
  }
  return ids;
}

Result<Filters> filter_of(const json::value& value) {
  const Error bad(ErrorCode::kInvalidArgument,
                  "the member \"filter\" must be an object of status, prefix, since, until and code, one of them at "
                  "least: all files there are, are not meant");
  if (!value.is_object() || value.get_object().empty()) return bad;
  const json::object& object = value.get_object();
  for (const auto& member : object) {
    const std::string_view name(member.key());
    if (name != "status" && name != "prefix" && name != "since" && name != "until" && name != "code") return bad;
    if (!member.value().is_string() || member.value().get_string().empty()) return bad;
  }
  Filters filters;
  if (object.contains("status")) {
    SCALPER_TRY_ASSIGN(filters.status, text_member(object, "status"));
  }
  SCALPER_TRY_ASSIGN(filters.prefix, text_member(object, "prefix"));
  SCALPER_TRY_ASSIGN(filters.since, text_member(object, "since"));
  SCALPER_TRY_ASSIGN(filters.until, text_member(object, "until"));
  SCALPER_TRY_ASSIGN(filters.code, text_member(object, "code"));
  return filters;
}

Result<Wanted> wanted_of(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body,
                     body_object(call.context, call.body,
                                 {"ids", "filter", "action", "note", "dry_run", "cursor", "limit"}, kMaxManyBody));
  Wanted wanted;
  SCALPER_TRY_ASSIGN(const std::string action, text_member(body, "action"));
  const auto parsed = parse_review_action(action);
  if (!parsed) return Error(ErrorCode::kInvalidArgument, "the member \"action\" must be release, reject or rerun");
  wanted.action = *parsed;
  SCALPER_TRY_ASSIGN(wanted.note, text_member(body, "note"));
  SCALPER_TRY(check_note(wanted.action, wanted.note));
  SCALPER_TRY_ASSIGN(wanted.dry_run, flag_member(body, "dry_run"));
  SCALPER_TRY_ASSIGN(wanted.cursor, text_member(body, "cursor"));
  SCALPER_TRY_ASSIGN(wanted.limit, count_member(body, "limit", kMostFiles));
  if (wanted.limit < 1 || wanted.limit > kMostFiles)
    return Error(ErrorCode::kInvalidArgument, "the member \"limit\" must be from 1 to 1,000");
  const json::value* const ids = body.if_contains("ids");
  const json::value* const filter = body.if_contains("filter");
  if ((ids == nullptr) == (filter == nullptr))
    return Error(ErrorCode::kInvalidArgument, "the body must have \"ids\" or \"filter\", one of them");
  if (ids != nullptr) {
    if (body.contains("cursor") || body.contains("limit"))
      return Error(ErrorCode::kInvalidArgument, "\"cursor\" and \"limit\" go with \"filter\"");
    SCALPER_TRY_ASSIGN(wanted.ids, ids_of(*ids));
  } else {
    SCALPER_TRY_ASSIGN(wanted.filter, filter_of(*filter));
  }
  return wanted;
}

bool is_late(const Call& call) {
  return call.context.deadline != MonoTime::max() && call.gate().clock.mono_now() + kLastWords >= call.context.deadline;
}

json::object head_of(const FileRecord& record) {
  return {{"id", record.id.value()},
          {"key", clean(record.origin.key.value())},
          {"status", to_string(record.status)},
          {"revision", record.revision}};
}

void add_error(Results& results, json::object result, const Error& error) {
  result["code"] = to_string(error.code());
  result["reason"] = error.message();
  results.add(std::move(result), http_status(error.code()) < 500 ? "refused" : "failed");
}

void review_one(const Call& call, const Wanted& wanted, const FileRecord& record, Results& results) {
  json::object result = head_of(record);
  if (const std::string why = refusal_of(record, wanted.action); !why.empty()) {
    result["code"] = "not_allowed_now";
    result["reason"] = why;
    return results.add(std::move(result), "refused");
  }
  if (wanted.dry_run) return results.add(std::move(result), "would_be_accepted");
  // Bound to what was looked at: what somebody else did to the file meanwhile is not undone.
  const ReviewRequest request{record.id,   wanted.action,   call.head.caller,
                              wanted.note, record.revision, format_traceparent(call.trace)};
  const Deed deed{"file." + std::string(to_string(wanted.action)), record.id.value(), wanted.note};
  const auto done = audited(call, deed, [&]() -> Result<Reply> {
    SCALPER_TRY_ASSIGN(const FileRecord accepted, accept_review(call.gate(), call.context, request));
    result["revision"] = accepted.revision;
    return Reply(Complete{});
  });
  if (!done.ok()) return add_error(results, std::move(result), done.error());
  results.add(std::move(result), "accepted");
}

Result<Reply> by_ids(const Call& call, const Wanted& wanted) {
  Results results;
  json::array unanswered;
  for (const FileId& id : wanted.ids) {
    if (is_late(call)) {
      unanswered.emplace_back(id.value());
      continue;
    }
    const auto record = call.gate().records.get(call.context, id);
    if (!record.ok()) {
      add_error(results, {{"id", id.value()}}, record.error());
    } else if (!*record) {
      add_error(results, {{"id", id.value()}}, Error(ErrorCode::kNotFound, "no file has this id"));
    } else {
      review_one(call, wanted, **record, results);
    }
  }
  json::object body = std::move(results).body();
  if (!unanswered.empty()) body["unanswered"] = std::move(unanswered);
  body["dry_run"] = wanted.dry_run;
  return json_reply(json::serialize(body));
}

// Without a status those in quarantine are meant: a rerun of all that was ever valid is nobody's wish by accident.
bool is_meant(const Wanted& wanted, const FileRecord& record) {
  return wanted.filter->status || record.status == FileStatus::kInvalid || record.status == FileStatus::kUnverifiable ||
         record.status == FileStatus::kFailed;
}

Result<Reply> by_filter(const Call& call, const Wanted& wanted) {
  SCALPER_TRY_ASSIGN(Listing listing, parse_listing(*wanted.filter, wanted.cursor));
  Results results;
  json::array unreadable;
  std::size_t seen = 0;
  std::string cursor;
  do {
    const std::size_t most = std::min(kPage, wanted.limit - results.size());
    const auto page = next_page(call.gate().records, call.context, listing, most);
    // What was done is told in any case; the cursor before this page goes on with it.
    if (!page.ok()) {
      if (results.size() == 0) return page.error();
      break;
    }
    for (const FileRecord& record : page->records)
      if (is_meant(wanted, record)) review_one(call, wanted, record, results);
    for (const FileId& id : page->unreadable) unreadable.emplace_back(id.value());
    seen += std::max<std::size_t>(page->records.size(), 1);
    cursor = page->next_cursor;
  } while (!cursor.empty() && results.size() < wanted.limit && seen < kMaxRead && !is_late(call));
  json::object body = std::move(results).body();
  if (!unreadable.empty()) body["unreadable"] = std::move(unreadable);
  if (!cursor.empty()) body["next_cursor"] = cursor;
  body["dry_run"] = wanted.dry_run;
  return json_reply(json::serialize(body));
}

Result<Reply> reviewed(const Call& call) {
  SCALPER_TRY_ASSIGN(const Wanted wanted, wanted_of(call));
  return wanted.filter ? by_filter(call, wanted) : by_ids(call, wanted);
}

}  // namespace

Reply review_many(const Call& call) { return reply_of(reviewed(call)); }

}  // namespace scalper::api
