#include "api/upload_body.h"

#include <algorithm>
#include <utility>

#include "api/problem.h"
#include "base/bytes.h"

namespace scalper::api {
namespace {

constexpr std::uint64_t kStep = std::uint64_t{1} << 20U;  // of a body whose end nobody stated

}  // namespace

UploadBody::UploadBody(ByteSource& from, UploadRoom* room, StatedBody stated)
    : from_(from), room_(room), stated_(std::move(stated)) {
  if (stated_.sha256) sha_.emplace();
}

UploadBody::~UploadBody() {
  if (room_ != nullptr) room_->give_back(promised_, written_);
}

Result<void> UploadBody::take_room() {
  if (room_ == nullptr) return {};
  const std::uint64_t wanted = stated_.size.value_or(kStep);
  SCALPER_TRY(room_->take(wanted));
  promised_ += wanted;
  return {};
}

Error UploadBody::refuse(Reply reply) {
  refusal_ = std::move(reply);
  return {ErrorCode::kInvalidArgument, "the body is not what its sender stated"};
}

Result<void> UploadBody::check_end() {
  if (stated_.size && got_ != *stated_.size)
    return refuse(problem(400, "size_mismatch",
                          "the body has " + std::to_string(got_) + " bytes, its sender stated " +
                              std::to_string(*stated_.size) + ": nothing was accepted"));
  if (!sha_) return {};
  const std::string sha256 = to_hex(std::exchange(sha_, std::nullopt)->finish());
  if (sha256 == *stated_.sha256) return {};
  return refuse(problem(400, "digest_mismatch",
                        "the body has the SHA-256 " + sha256 + ", its sender stated " + *stated_.sha256 +
                            ": nothing was accepted, send it again"));
}

Result<std::size_t> UploadBody::read(const CallContext& context, MutableBytes into) {
  if (room_ != nullptr && last_ > 0) {
    const std::uint64_t written = std::min<std::uint64_t>(std::exchange(last_, 0), promised_);
    room_->wrote(written);
    promised_ -= written;
    written_ += written;
    if (!stated_.size && promised_ < into.size()) SCALPER_TRY(take_room());
  }
  SCALPER_TRY_ASSIGN(const std::size_t got, from_.read(context, into));
  if (got == 0) {
    SCALPER_TRY(check_end());
    return got;
  }
  got_ += got;
  last_ = got;
  if (stated_.size && got_ > *stated_.size)
    return refuse(problem(400, "size_mismatch", "the body is longer than its sender stated: nothing was accepted"));
  if (got_ > stated_.at_most) return refuse(problem(413, "body_too_large", "the body is longer than it may be"));
  if (sha_) sha_->update(Bytes(into).first(got));
  return got;
}

}  // namespace scalper::api
