// Where a file is to be sent: POST /v1/uploads, and the parts of what is too long for one request.

#include "ports/upload_targets.h"

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "api/upload_answers.h"
#include "api/upload_key.h"
#include "base/escape.h"
#include "model/file_id.h"
#include "validate/integrity/digest_text.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostKeyText = 4096;

Result<UploadTargets*> targets_of(const Call& call) {
  if (call.service.upload_targets != nullptr) return call.service.upload_targets;
  return Error(ErrorCode::kUnsupported, "this host gives no targets for uploads");
}

std::string_view word_of(UploadTarget::Kind kind) {
  switch (kind) {
    case UploadTarget::Kind::kForm: return "form";
    case UploadTarget::Kind::kPieces: return "tus";
    case UploadTarget::Kind::kParts: return "parts";
  }
  return "form";
}

json::object view_of(const UploadTarget& target) {
  json::object view{{"kind", word_of(target.kind)}, {"expires", format_rfc3339(target.expires)}};
  if (!target.url.empty()) view["url"] = target.url;
  if (!target.id.empty()) view["id"] = target.id;
  if (target.kind == UploadTarget::Kind::kForm) {
    json::array fields;
    for (const auto& [name, value] : target.fields) fields.emplace_back(json::array{name, value});
    view["fields"] = std::move(fields);
  }
  if (target.kind == UploadTarget::Kind::kParts) {
    view["part_size"] = target.part_size;
    view["parts"] = target.parts;
  }
  return view;
}

Result<UploadOrder> order_of(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"key", "size", "sha256", "content_type"}));
  UploadOrder order;
  SCALPER_TRY_ASSIGN(const std::string key, text_member(body, "key"));
  SCALPER_TRY(check_upload_key(key));
  order.key = ObjectKey{key};
  SCALPER_TRY_ASSIGN(order.size, count_member(body, "size", UINT64_MAX));
  if (order.size == UINT64_MAX) return Error(ErrorCode::kInvalidArgument, "the member \"size\" must be there");
  SCALPER_TRY_ASSIGN(const std::string sha256, text_member(body, "sha256"));
  if (body.contains("sha256")) order.sha256 = read_hex_digest(DigestKind::kSha256, sha256);
  if (body.contains("sha256") && !order.sha256)
    return Error(ErrorCode::kInvalidArgument, "the member \"sha256\" must be hexadecimal");
  SCALPER_TRY_ASSIGN(order.content_type, text_member(body, "content_type"));
  order.owner = call.head.caller;
  order.traceparent = format_traceparent(call.trace);
  return order;
}

Result<Reply> issued(const Call& call) {
  SCALPER_TRY_ASSIGN(UploadTargets* const targets, targets_of(call));
  SCALPER_TRY_ASSIGN(const UploadOrder order, order_of(call));
  if (!may_send(call.head, order.key.value()))
    return problem(403, "foreign_key", "this caller may send other keys only");
  if (order.size > call.service.largest_upload) return body_too_large();
  if (call.service.upload_room != nullptr) {
    SCALPER_TRY(call.service.upload_room->take(order.size));
    call.service.upload_room->give_back(order.size, 0);  // each piece asks again
  }
  SCALPER_TRY_ASSIGN(const UploadTarget target, targets->issue(call.context, order));
  return json_reply(json::serialize(view_of(target)), 201);
}

// Whoever may send the key may go on with the upload; to others it is not there.
Result<UploadTargets*> targets_for_own(const Call& call) {
  SCALPER_TRY_ASSIGN(UploadTargets* const targets, targets_of(call));
  SCALPER_TRY_ASSIGN(const ObjectKey key, targets->key_of(call.context, call.captured.front()));
  if (!check_upload_key(key.value()).ok() || !may_send(call.head, key.value()))
    return Error(ErrorCode::kNotFound, "no such upload; it may be over");
  return targets;
}

Result<Reply> signed_parts(const Call& call) {
  SCALPER_TRY_ASSIGN(UploadTargets* const targets, targets_for_own(call));
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"first", "count"}));
  SCALPER_TRY_ASSIGN(const std::uint64_t first, count_member(body, "first", 1));
  SCALPER_TRY_ASSIGN(const std::uint64_t count, count_member(body, "count", kMostPartsAtOnce));
  if (count < 1 || count > kMostPartsAtOnce)
    return Error(ErrorCode::kInvalidArgument, "the member \"count\" must be from 1 to 100");
  SCALPER_TRY_ASSIGN(const auto parts, targets->sign_parts(call.context, call.captured.front(), first, count));
  json::array view;
  for (const PartTarget& part : parts)
    view.emplace_back(json::object{
        {"number", part.number}, {"size", part.size}, {"url", part.url}, {"expires", format_rfc3339(part.expires)}});
  return json_reply(json::serialize(json::object{{"parts", std::move(view)}}));
}

Result<Reply> completed(const Call& call) {
  SCALPER_TRY_ASSIGN(UploadTargets* const targets, targets_for_own(call));
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {}));
  const auto done = targets->complete(call.context, call.captured.front());
  if (done.failed_with(ErrorCode::kPreconditionFailed)) return problem(409, "parts_missing", done.error().message());
  if (!done.ok()) return done.error();
  const FileId id = file_id(*done);
  Reply reply = json_reply(
      json::serialize(json::object{{"id", id.value()}, {"key", escape_text(done->key.value(), kMostKeyText)}}), 202);
  std::get<Complete>(reply).headers.emplace_back("Location", "/v1/files/" + id.value());
  return reply;
}

Result<Reply> aborted(const Call& call) {
  SCALPER_TRY_ASSIGN(UploadTargets* const targets, targets_for_own(call));
  SCALPER_TRY(targets->abort(call.context, call.captured.front()));
  Complete reply;
  reply.status = 204;
  reply.content_type.clear();
  return Reply(std::move(reply));
}

}  // namespace

Reply issue_target(const Call& call) { return reply_of(issued(call)); }
Reply sign_parts(const Call& call) { return reply_of(signed_parts(call)); }
Reply complete_parts(const Call& call) { return reply_of(completed(call)); }
Reply abort_parts(const Call& call) { return reply_of(aborted(call)); }

}  // namespace scalper::api
