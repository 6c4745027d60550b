// PUT /v1/files/{key}: a file in one request, checked while it arrives.

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/content_digest.h"
#include "api/routes.h"
#include "api/upload_answers.h"
#include "api/upload_body.h"
#include "api/upload_key.h"
#include "pipeline/upload.h"

namespace scalper::api {
namespace {

std::optional<Reply> refuse_fields(const Call& call) {
  const std::string_view coding = call.head.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    return problem(415, "encoded_body",
                   "a body with a Content-Encoding is not taken: send the bytes of the file as they are");
  if (!call.head.header("content-range").empty())
    return problem(400, "content_range", "a part of a file is not taken here; POST /v1/uploads takes pieces");
  const std::string_view none_match = call.head.header("if-none-match");
  if (!call.head.header("if-match").empty() || (!none_match.empty() && none_match != "*"))
    return problem(400, "bad_condition", "the one condition that an upload may have is If-None-Match: *");
  return std::nullopt;
}

// The size that the sender stated, in one field or both.
Result<std::optional<std::uint64_t>> stated_size(const RequestHead& head) {
  std::optional<std::uint64_t> stated;
  for (const char* const field : {"content-length", "upload-length"}) {
    if (head.header(field).empty()) continue;
    const auto size = whole_number(head.header(field));
    if (!size || (stated && *stated != *size))
      return Error(ErrorCode::kInvalidArgument, "Content-Length and Upload-Length must be one whole number");
    stated = size;
  }
  return stated;
}

Reply not_accepted(const Error& error, bool create_only) {
  if (create_only && error.code() == ErrorCode::kAlreadyExists)
    return problem(412, "exists", "a file of this key is on its way through the gate, or in output");
  return problem_of(error);
}

Result<Reply> taken_in(const Call& call) {
  if (call.gate().settings.input_tells)
    return Error(ErrorCode::kUnsupported, "this host takes no uploads; send files to the input bucket");
  const std::string& key = call.captured.front();
  SCALPER_TRY(check_upload_key(key));
  if (!may_send(call.head, key)) return problem(403, "foreign_key", "this caller may send other keys only");
  if (auto refused = refuse_fields(call)) return *std::move(refused);
  Upload upload{.key = ObjectKey{key}, .metadata = {}, .content_type = std::string(call.head.header("content-type"))};
  SCALPER_TRY_ASSIGN(upload.size, stated_size(call.head));
  StatedBody stated{.size = upload.size, .at_most = call.service.largest_upload, .sha256 = {}};
  SCALPER_TRY_ASSIGN(stated.sha256, stated_sha256(call.head));
  if (upload.size.value_or(0) > stated.at_most) return body_too_large();
  if (stated.sha256) upload.metadata["sha256"] = *stated.sha256;
  upload.metadata[std::string(kTraceparent)] = format_traceparent(call.trace);
  upload.create_only = call.head.header("if-none-match") == "*";
  UploadBody body(call.body, call.service.upload_room, std::move(stated));
  SCALPER_TRY(body.take_room());
  const auto received = receive_upload(call.gate(), call.context, upload, body);
  if (received.ok()) return received_reply(*received, key);
  if (body.refusal()) return *std::move(body.refusal());
  return not_accepted(received.error(), upload.create_only);
}

}  // namespace

Reply put_file(const Call& call) { return reply_of(taken_in(call)); }

}  // namespace scalper::api
