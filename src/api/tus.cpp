// Resumable uploads by tus 1.0 (tus.io/protocols/resumable-upload): core, creation, creation-with-upload, termination,
// checksum, expiration. A piece is durable before its sender is told the new offset. Once the last is there the whole
// file is a version of input, and goes its way as any other: it is read once more, since a verdict cannot be carried
// over restarts.

#include <boost/json.hpp>
#include <utility>

#include "api/answers.h"
#include "api/routes.h"
#include "api/tus_body.h"
#include "api/tus_fields.h"
#include "api/upload_answers.h"
#include "api/upload_body.h"
#include "api/upload_key.h"
#include "model/file_id.h"
#include "pipeline/upload.h"
#include "ports/partial_uploads.h"
#include "validate/integrity/digest_text.h"

namespace scalper::api {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string path_of(const std::string& id) { return "/v1/uploads/" + id; }

Reply empty_reply(int status, Headers headers) {
  Complete reply;
  reply.status = status;
  reply.content_type.clear();
  reply.headers = std::move(headers);
  return reply;
}

Reply as_tus(Reply reply) {
  if (auto* const complete = std::get_if<Complete>(&reply))
    complete->headers.emplace_back("Tus-Resumable", kTusVersion);
  return reply;
}

// 412 for another version than the one that is spoken here, or for none.
std::optional<Reply> refuse_version(const Call& call) {
  if (call.head.header("tus-resumable") == kTusVersion) return std::nullopt;
  Reply reply = problem(412, "tus_version", "Tus-Resumable must be 1.0.0");
  std::get<Complete>(reply).headers.emplace_back("Tus-Version", kTusVersion);
  return reply;
}

Result<PartialUploads*> uploads_of(const Call& call) {
  if (call.service.partial_uploads != nullptr) return call.service.partial_uploads;
  return Error(ErrorCode::kUnsupported, "this host takes no uploads; send files to the input bucket");
}

// Of others it is not told that they are there.
Result<PartialUpload> own_upload(const Call& call, PartialUploads& uploads) {
  SCALPER_TRY_ASSIGN(PartialUpload upload, uploads.find(call.context, call.captured.front()));
  const bool own = call.head.role == Role::kOperator || upload.owner == call.head.caller;
  if (!own || !may_send(call.head, upload.key.value()))
    return Error(ErrorCode::kNotFound, "no such upload; it may have expired");
  return upload;
}

Headers state_of(const PartialUpload& upload) {
  Headers headers{{"Upload-Offset", std::to_string(upload.offset)},
                  {"Upload-Length", std::to_string(upload.size)},
                  {"Upload-Expires", http_date(upload.expires)}};
  if (upload.became) headers.emplace_back("Content-Location", "/v1/files/" + file_id(*upload.became).value());
  return headers;
}

Reply refused(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kPreconditionFailed: return problem(409, "wrong_offset", error.message());
    case ErrorCode::kCancelled: return problem(423, "upload_in_use", error.message());
    case ErrorCode::kCorrupt: return problem(460, "checksum_mismatch", error.message());
    default: return problem_of(error);
  }
}

// A whole upload becomes a version of input here, and nowhere else: whoever is told that all is there may go away.
Result<PartialUpload> finished(const Call& call, PartialUploads& uploads, PartialUpload upload) {
  if (!upload.is_whole() || upload.became) return upload;
  SCALPER_TRY_ASSIGN(const ObjectInfo info, uploads.complete(call.context, upload.id));
  SCALPER_TRY_ASSIGN(const ObjectInfo there, call.gate().objects.head(call.context, info.ref));
  [[maybe_unused]] const Received told = receive_version(call.gate(), call.context.to_the_end(), there);
  upload.became = info.ref;
  return upload;
}

struct Piece {
  std::optional<Reply> refusal;
  PartialUpload upload;
};

Result<Piece> add_piece(const Call& call, PartialUploads& uploads, PartialUpload upload, std::uint64_t offset) {
  SCALPER_TRY_ASSIGN(auto checksum, parse_tus_checksum(call.head.header("upload-checksum")));
  StatedBody stated{.size = whole_number(call.head.header("content-length")),
                    .at_most = upload.size - std::min(upload.offset, upload.size),
                    .sha256 = {}};
  if (stated.size.value_or(0) > stated.at_most && offset == upload.offset)
    return Piece{body_too_large(), std::move(upload)};
  UploadBody bytes(call.body, call.service.upload_room, std::move(stated));
  SCALPER_TRY(bytes.take_room());
  const bool whole_only = checksum.has_value();
  SCALPER_TRY_ASSIGN(TusBody body, TusBody::make(bytes, std::move(checksum)));
  auto added = uploads.append(call.context, upload.id, offset, body, whole_only);
  if (added.ok()) return Piece{std::nullopt, *std::move(added)};
  if (body.differs()) return Piece{problem(460, "checksum_mismatch", added.error().message()), std::move(upload)};
  if (bytes.refusal()) return Piece{std::move(bytes.refusal()), std::move(upload)};
  return Piece{refused(added.error()), std::move(upload)};
}

// What the sender says of the file in Upload-Metadata.
Result<PartialUpload> announced(const Call& call, std::uint64_t size) {
  SCALPER_TRY_ASSIGN(const TusMetadata said, parse_tus_metadata(call.head.header("upload-metadata")));
  const auto value = [&said](std::string_view name) {
    const auto at = said.find(name);
    return at == said.end() ? std::string() : at->second;
  };
  PartialUpload upload;
  upload.owner = call.head.caller;
  upload.size = size;
  upload.key = ObjectKey{said.contains("key") ? value("key") : value("filename")};
  upload.content_type = said.contains("content_type") ? value("content_type") : value("filetype");
  SCALPER_TRY(check_upload_key(upload.key.value()));
  upload.metadata[std::string(kTraceparent)] = format_traceparent(call.trace);
  if (!said.contains("sha256")) return upload;
  upload.sha256 = read_hex_digest(DigestKind::kSha256, value("sha256"));
  if (!upload.sha256) return Error(ErrorCode::kInvalidArgument, "sha256 in Upload-Metadata must be hexadecimal");
  upload.metadata["sha256"] = *upload.sha256;
  return upload;
}

Result<Reply> created(const Call& call) {
  if (auto reply = refuse_version(call)) return *std::move(reply);
  SCALPER_TRY_ASSIGN(PartialUploads* const uploads, uploads_of(call));
  const auto size = whole_number(call.head.header("upload-length"));
  if (!size) return Error(ErrorCode::kInvalidArgument, "Upload-Length must be a whole number; it cannot be deferred");
  if (*size > call.service.largest_upload) return body_too_large();
  SCALPER_TRY_ASSIGN(PartialUpload upload, announced(call, *size));
  if (!may_send(call.head, upload.key.value()))
    return problem(403, "foreign_key", "this caller may send other keys only");
  if (call.service.upload_room != nullptr) {
    SCALPER_TRY(call.service.upload_room->take(*size));
    call.service.upload_room->give_back(*size, 0);  // each piece asks again
  }
  SCALPER_TRY_ASSIGN(upload, uploads->create(call.context, std::move(upload)));
  if (call.head.header("content-type") == kTusPieceType) {
    SCALPER_TRY_ASSIGN(Piece piece, add_piece(call, *uploads, upload, 0));
    if (piece.refusal) {
      [[maybe_unused]] const auto gone = uploads->remove(call.context.to_the_end(), upload.id);
      return *std::move(piece.refusal);
    }
    upload = std::move(piece.upload);
  }
  SCALPER_TRY_ASSIGN(upload, finished(call, *uploads, std::move(upload)));
  const boost::json::object body{
      {"kind", "tus"}, {"url", path_of(upload.id)}, {"id", upload.id}, {"expires", format_rfc3339(upload.expires)}};
  Reply reply = json_reply(boost::json::serialize(body), 201);
  for (auto& header : state_of(upload)) std::get<Complete>(reply).headers.push_back(std::move(header));
  std::get<Complete>(reply).headers.emplace_back("Location", path_of(upload.id));
  return reply;
}

Result<Reply> patched(const Call& call) {
  if (auto reply = refuse_version(call)) return *std::move(reply);
  SCALPER_TRY_ASSIGN(PartialUploads* const uploads, uploads_of(call));
  if (call.head.header("content-type") != kTusPieceType)
    return problem(415, "piece_type", "a piece has the Content-Type application/offset+octet-stream");
  if (!call.head.header("content-encoding").empty())
    return problem(415, "encoded_body", "a piece has no Content-Encoding");
  const auto offset = whole_number(call.head.header("upload-offset"));
  if (!offset) return Error(ErrorCode::kInvalidArgument, "Upload-Offset must be a whole number");
  SCALPER_TRY_ASSIGN(PartialUpload upload, own_upload(call, *uploads));
  SCALPER_TRY_ASSIGN(Piece piece, add_piece(call, *uploads, std::move(upload), *offset));
  if (piece.refusal) return *std::move(piece.refusal);
  auto done = finished(call, *uploads, std::move(piece.upload));
  if (!done.ok()) return refused(done.error());
  return empty_reply(204, state_of(*done));
}

// Of HEAD, mostly: its answer has no body.
Result<Reply> looked_at(const Call& call) {
  SCALPER_TRY_ASSIGN(PartialUploads* const uploads, uploads_of(call));
  SCALPER_TRY_ASSIGN(PartialUpload upload, own_upload(call, *uploads));
  auto done = finished(call, *uploads, std::move(upload));
  if (!done.ok()) return refused(done.error());
  boost::json::object body{{"id", done->id}, {"offset", done->offset}, {"size", done->size}};
  if (done->became) body["file_id"] = file_id(*done->became).value();
  Reply reply = json_reply(boost::json::serialize(body));
  for (auto& header : state_of(*done)) std::get<Complete>(reply).headers.push_back(std::move(header));
  return as_tus(std::move(reply));
}

Result<Reply> removed(const Call& call) {
  if (auto reply = refuse_version(call)) return *std::move(reply);
  SCALPER_TRY_ASSIGN(PartialUploads* const uploads, uploads_of(call));
  SCALPER_TRY_ASSIGN(const PartialUpload upload, own_upload(call, *uploads));
  const auto gone = uploads->remove(call.context, upload.id);
  if (!gone.ok()) return refused(gone.error());
  return empty_reply(204, {});
}

// A host without tus, where an upload may be given up all the same.
Reply no_pieces() {
  Reply reply =
      problem(405, "method_not_allowed", "this path answers to DELETE: this host takes parts, not pieces of tus");
  std::get<Complete>(reply).headers.emplace_back("Allow", "DELETE");
  return reply;
}

}  // namespace

Reply create_upload(const Call& call) {
  return call.head.header("tus-resumable").empty() ? reply_of(issue_target(call)) : as_tus(reply_of(created(call)));
}
Reply patch_upload(const Call& call) {
  return call.service.partial_uploads == nullptr ? no_pieces() : as_tus(reply_of(patched(call)));
}
Reply get_upload(const Call& call) {
  return call.service.partial_uploads == nullptr ? no_pieces() : reply_of(looked_at(call));
}
Reply delete_upload(const Call& call) {
  return call.service.partial_uploads == nullptr ? abort_parts(call) : as_tus(reply_of(removed(call)));
}

Reply describe_uploads(const Call& call) {
  return as_tus(empty_reply(204, {{"Tus-Version", kTusVersion},
                                  {"Tus-Extension", kTusExtensions},
                                  {"Tus-Checksum-Algorithm", kTusChecksums},
                                  {"Tus-Max-Size", std::to_string(call.service.largest_upload)}}));
}

}  // namespace scalper::api
