// An operator's word on a file.

#include "pipeline/review.h"

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/conditions.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "base/escape.h"
#include "model/record_view.h"

namespace scalper::api {
namespace {

Reply changed_meanwhile(const FileRecord& record) {
  Reply reply = problem(412, "changed_meanwhile",
                        "the file has changed since you looked at it: If-Match names another state than \"" +
                            std::to_string(record.revision) + "\"; look again, then decide");
  std::get<Complete>(reply).headers.emplace_back("ETag", etag_of(record));
  return reply;
}

Reply with_etag(const FileRecord& record, int status) {
  Reply reply = json_reply(record_view(record, Detail::kFull), status);
  std::get<Complete>(reply).headers.emplace_back("ETag", etag_of(record));
  return reply;
}

Result<FileRecord> stored(const Call& call, const FileId& id) {
  SCALPER_TRY_ASSIGN(auto record, call.gate().records.get(call.context, id));
  if (!record) return Error(ErrorCode::kNotFound, "no file has the id " + id.value());
  return *std::move(record);
}

// Somebody was faster, between our look and our write: whoever asked with If-Match is told as if before it.
Result<Reply> answer_of(const Call& call, const Result<FileRecord>& changed, const Bound& bound, const FileId& id,
                        int status) {
  if (changed.ok()) return with_etag(*changed, status);
  if (!bound.asked || !changed.failed_with(ErrorCode::kPreconditionFailed)) return changed.error();
  SCALPER_TRY_ASSIGN(const FileRecord now, stored(call, id));
  return changed_meanwhile(now);
}

Result<Reply> reviewed(const Call& call, ReviewAction action) {
  ReviewRequest request;
  request.action = action;
  SCALPER_TRY_ASSIGN(request.id, captured_id(call));
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"note", "if_revision"}));
  SCALPER_TRY_ASSIGN(request.note, text_member(body, "note"));
  if (body.contains("if_revision")) {
    SCALPER_TRY_ASSIGN(request.if_revision, count_member(body, "if_revision", 0));
  }
  request.who = call.head.caller;
  request.traceparent = format_traceparent(call.trace);
  SCALPER_TRY_ASSIGN(const FileRecord record, stored(call, request.id));
  SCALPER_TRY_ASSIGN(const Bound bound, bound_to(call.head, record));
  if (!bound.allowed) return changed_meanwhile(record);
  // Said as a conflict, not as a bad request: the same words may be right for another file, or later.
  if (const std::string why = refusal_of(record, action); !why.empty()) return problem(409, "not_allowed_now", why);
  SCALPER_TRY(check_note(action, request.note));
  if (!request.if_revision) request.if_revision = bound.revision;
  return audited(call, {"file." + std::string(to_string(action)), request.id.value(), request.note}, [&] {
    return answer_of(call, accept_review(call.gate(), call.context, request), bound, request.id, 202);
  });
}

Result<Reply> withdrawn(const Call& call) {
  SCALPER_TRY_ASSIGN(const FileId id, captured_id(call));
  SCALPER_TRY_ASSIGN(const FileRecord record, stored(call, id));
  SCALPER_TRY_ASSIGN(const Bound bound, bound_to(call.head, record));
  if (!bound.allowed) return changed_meanwhile(record);
  return audited(call, {"file.withdraw", id.value(), {}}, [&] {
    return answer_of(call, withdraw_review(call.gate(), call.context, id, bound.revision), bound, id, 200);
  });
}

}  // namespace

Reply release_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kRelease)); }
Reply reject_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kReject)); }
Reply rerun_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kRerun)); }
Reply withdraw_intent(const Call& call) { return reply_of(withdrawn(call)); }

}  // namespace scalper::api
