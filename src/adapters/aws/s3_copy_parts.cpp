#include "adapters/aws/s3_copy_parts.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace scalper::aws {
namespace {

class Parts {
 public:
  Parts(S3Uploads& uploads, const CallContext& context, const PartsOfCopy& plan, const S3Upload& upload)
      : uploads_(uploads), context_(context), plan_(plan), upload_(upload) {
    length_ = std::max<std::uint64_t>({plan.part, (plan.size + kMaxParts - 1) / kMaxParts, 1});
    parts_.resize(static_cast<std::size_t>((plan.size + length_ - 1) / length_));
  }

  Result<std::vector<S3Part>> copy() {
    std::vector<std::thread> threads;
    const std::size_t lanes = std::clamp<std::size_t>(plan_.lanes, 1, parts_.size());
    threads.reserve(lanes);
    try {
      for (std::size_t i = 1; i < lanes; ++i) threads.emplace_back([this] { run(false); });
    } catch (const std::system_error&) {  // no more threads to be had: those that began are enough
    }
    run(true);
    for (std::thread& thread : threads) thread.join();
    if (failure_) return *failure_;
    return std::move(parts_);
  }

 private:
  void run(bool is_caller) {
    for (;;) {
      const std::size_t index = next_++;
      if (index >= parts_.size() || failed_) return;
      if (is_caller && plan_.meanwhile) {
        if (const auto kept = plan_.meanwhile(); !kept.ok()) return fail(kept.error());
      }
      const std::uint64_t first = index * length_;
      auto part = uploads_.copy_part(context_, plan_.target, upload_, index + 1, plan_.copy_source, plan_.source_etag,
                                     ByteRange{first, std::min(length_, plan_.size - first)});
      if (!part.ok()) return fail(part.error());
      parts_[index] = *std::move(part);
    }
  }

  void fail(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = error;
    failed_ = true;
  }

  S3Uploads& uploads_;
  const CallContext& context_;
  const PartsOfCopy& plan_;
  const S3Upload& upload_;
  std::uint64_t length_ = 1;
  std::vector<S3Part> parts_;  // each written by one thread
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<S3Part>> copy_parts(S3Uploads& uploads, const CallContext& context, const PartsOfCopy& plan,
                                       const S3Upload& upload) {
  if (plan.size > plan.limit) return Parts(uploads, context, plan, upload).copy();
  if (plan.meanwhile) SCALPER_TRY(plan.meanwhile());
  SCALPER_TRY_ASSIGN(S3Part part, uploads.copy_part(context, plan.target, upload, 1, plan.copy_source, plan.source_etag,
                                                    std::nullopt));
  return std::vector<S3Part>{std::move(part)};
}

}  // namespace scalper::aws
