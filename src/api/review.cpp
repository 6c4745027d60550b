// An operator's word on a file.

#include "pipeline/review.h"

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "base/escape.h"
#include "model/record_view.h"

namespace scalper::api {
namespace {

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
  SCALPER_TRY_ASSIGN(const auto record, call.gate().records.get(call.context, request.id));
  if (!record) return Error(ErrorCode::kNotFound, "no file has the id " + request.id.value());
  // Said as a conflict, not as a bad request: the same words may be right for another file, or later.
  if (const std::string why = refusal_of(*record, action); !why.empty()) return problem(409, "not_allowed_now", why);
  SCALPER_TRY_ASSIGN(const FileRecord accepted, accept_review(call.gate(), call.context, request));
  return json_reply(record_view(accepted, Detail::kFull), 202);
}

Result<Reply> withdrawn(const Call& call) {
  SCALPER_TRY_ASSIGN(const FileId id, captured_id(call));
  SCALPER_TRY_ASSIGN(const FileRecord record, withdraw_review(call.gate(), call.context, id));
  return json_reply(record_view(record, Detail::kFull));
}

}  // namespace

Reply release_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kRelease)); }
Reply reject_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kReject)); }
Reply rerun_file(const Call& call) { return reply_of(reviewed(call, ReviewAction::kRerun)); }
Reply withdraw_intent(const Call& call) { return reply_of(withdrawn(call)); }

}  // namespace scalper::api
