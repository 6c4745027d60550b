#include "api/audit_trail.h"

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/routes.h"
#include "base/plain_json.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kPage = 50;
constexpr int kFirstError = 400;
constexpr int kFirstFailure = 500;

Result<AuditLog*> trail_of(const Call& call) {
  if (call.service.audit_log != nullptr) return call.service.audit_log;
  return Error(ErrorCode::kUnsupported, "this host keeps no audit trail, so nothing that belongs into it is done");
}

struct Ending {
  const char* outcome = "done";
  std::string reason;
};

Ending ending_of(int status, std::string reason) {
  return {status >= kFirstFailure ? "failed" : "refused", std::move(reason)};
}

std::string code_of(const Complete& problem) {
  boost::system::error_code failed;
  const json::value body = json::parse(problem.body, failed);
  const json::value* const code = failed || !body.is_object() ? nullptr : body.get_object().if_contains("code");
  return code != nullptr && code->is_string() ? std::string(code->get_string()) : std::to_string(problem.status);
}

Ending ending_of(const Result<Reply>& ended) {
  if (!ended.ok()) return ending_of(http_status(ended.error().code()), std::string(to_string(ended.error().code())));
  const auto* const complete = std::get_if<Complete>(&*ended);
  if (complete == nullptr || complete->status < kFirstError) return {};
  return ending_of(complete->status, code_of(*complete));
}

void tell(const Call& call, LogLevel level, const char* event, const AuditEntry& entry, const std::string& error) {
  LogEvent line{level,
                event,
                {{"request_id", entry.request_id},
                 {"action", entry.action},
                 {"caller", entry.caller},
                 {"subject", entry.subject},
                 {"outcome", entry.outcome}}};
  if (!entry.reason.empty()) line.fields.emplace_back("reason", entry.reason);
  if (!error.empty()) line.fields.emplace_back("error", error);
  call.gate().telemetry.log(line);
}

json::object entry_view(const AuditEntry& entry) {
  json::object view{{"at", format_rfc3339(entry.at)}, {"action", entry.action},   {"caller", entry.caller},
                    {"request_id", entry.request_id}, {"subject", entry.subject}, {"note", entry.note},
                    {"outcome", entry.outcome}};
  if (!entry.reason.empty()) view["reason"] = entry.reason;
  return view;
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY_ASSIGN(AuditLog* const trail, trail_of(call));
  SCALPER_TRY_ASSIGN(const std::uint64_t limit, number_parameter(call, "limit", kPage, 1, kMaxAuditPage));
  SCALPER_TRY_ASSIGN(const AuditPage page, trail->list(call.context, limit, call.parameter("cursor")));
  json::array entries;
  for (const AuditEntry& entry : page.entries) entries.push_back(entry_view(entry));
  json::object body{{"entries", std::move(entries)}};
  if (!page.next_cursor.empty()) body["next_cursor"] = page.next_cursor;
  return json_reply(json::serialize(body));
}

}  // namespace

Result<Reply> audited(const Call& call, const Deed& deed, const std::function<Result<Reply>()>& act) {
  SCALPER_TRY_ASSIGN(AuditLog* const trail, trail_of(call));
  AuditEntry entry;
  entry.at = call.gate().clock.wall_now();
  entry.action = deed.action;
  entry.caller = call.head.caller;
  entry.request_id = call.context.correlation_id;
  entry.subject = deed.subject;
  entry.note = deed.note;
  entry.outcome = "begun";
  if (const auto written = trail->append(call.context, entry); !written.ok())
    return written.error().within("not done, because it could not be written into the audit trail");
  Result<Reply> ended = act();
  auto [outcome, reason] = ending_of(ended);
  entry.at = call.gate().clock.wall_now();
  entry.note.clear();
  entry.outcome = outcome;
  entry.reason = std::move(reason);
  const auto written = trail->append(call.context.to_the_end(), entry);
  if (written.ok()) {
    tell(call, LogLevel::kInfo, "audited", entry, {});
  } else {
    tell(call, LogLevel::kError, "audit_end_not_written", entry, written.error().message());
  }
  return ended;
}

Reply get_audit(const Call& call) { return reply_of(listed(call)); }

}  // namespace scalper::api
