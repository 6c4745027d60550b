#include "pipeline/ingest/judged_bytes.h"

namespace scalper {

Result<std::size_t> JudgedBytes::read(const CallContext& context, MutableBytes into) {
  if (over_ || into.empty()) return std::size_t{0};
  SCALPER_TRY_ASSIGN(const std::size_t got, body_->read(context, into));
  seen_.update(Bytes(into).first(got));
  taken_ += got;
  if (got > 0 && taken_ <= size_) return got;
  if (taken_ != size_ || to_hex(seen_.finish()) != sha256_)
    return Error(ErrorCode::kCorrupt, "read once more, the file has other bytes than those that were judged");
  over_ = true;
  return std::size_t{0};
}

}  // namespace scalper
