#include "api/tus_body.h"

#include <utility>

#include "base/bytes.h"

namespace scalper::api {

Result<TusBody> TusBody::make(ByteSource& from, std::optional<TusChecksum> stated) {
  TusBody body(from);
  if (!stated) return body;
  body.stated_ = std::move(stated->hex);
  if (stated->algorithm == "sha256") {
    body.sha256_.emplace();
    return body;
  }
  SCALPER_TRY_ASSIGN(auto hash, OldHash::make(stated->algorithm == "md5" ? OldHashKind::kMd5 : OldHashKind::kSha1));
  body.old_.emplace(std::move(hash));
  return body;
}

Result<std::size_t> TusBody::read(const CallContext& context, MutableBytes into) {
  SCALPER_TRY_ASSIGN(const std::size_t got, from_->read(context, into));
  if (got > 0) {
    if (sha256_) sha256_->update(Bytes(into).first(got));
    if (old_) old_->update(Bytes(into).first(got));
    return got;
  }
  if (sha256_) differs_ = to_hex(std::exchange(sha256_, std::nullopt)->finish()) != stated_;
  if (old_) differs_ = std::exchange(old_, std::nullopt)->finish() != stated_;
  if (differs_) return Error(ErrorCode::kInvalidArgument, "the piece has another checksum than stated");
  return got;
}

}  // namespace scalper::api
