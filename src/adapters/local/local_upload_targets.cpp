#include "adapters/local/local_upload_targets.h"

#include "base/trace_context.h"

namespace scalper {
namespace {

Error no_parts() { return {ErrorCode::kUnsupported, "this host takes pieces by tus, and no parts"}; }

}  // namespace

Result<UploadTarget> LocalUploadTargets::issue(const CallContext& context, const UploadOrder& order) {
  PartialUpload upload;
  upload.owner = order.owner;
  upload.key = order.key;
  upload.size = order.size;
  upload.sha256 = order.sha256;
  if (order.sha256) upload.metadata["sha256"] = *order.sha256;
  if (!order.traceparent.empty()) upload.metadata[std::string(kTraceparent)] = order.traceparent;
  upload.content_type = order.content_type;
  upload.expires = clock_.wall_now() + kTargetValid;  // its first piece; more time comes with each
  SCALPER_TRY_ASSIGN(upload, uploads_.create(context, std::move(upload)));
  UploadTarget target;
  target.kind = UploadTarget::Kind::kPieces;
  target.id = upload.id;
  target.url = "/v1/uploads/" + upload.id;
  target.expires = upload.expires;
  return target;
}

Result<ObjectKey> LocalUploadTargets::key_of(const CallContext&, const std::string&) { return no_parts(); }
Result<std::vector<PartTarget>> LocalUploadTargets::sign_parts(const CallContext&, const std::string&, std::uint64_t,
                                                               std::uint64_t) {
  return no_parts();
}
Result<ObjectRef> LocalUploadTargets::complete(const CallContext&, const std::string&) { return no_parts(); }
Result<void> LocalUploadTargets::abort(const CallContext&, const std::string&) { return no_parts(); }

}  // namespace scalper
