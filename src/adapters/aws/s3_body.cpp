#include "adapters/aws/s3_body.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_object.h"
#include "adapters/aws/s3_text.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr int kTriesWithoutAByte = 5;
constexpr Millis kFirstPause{50};

// A body that is cut short is kCorrupt to the client: here it is only a reason to ask for the rest.
bool may_pass(const Error& error) { return is_retryable(error.code()) && error.code() != ErrorCode::kNoSpace; }

class ResumingBody final : public ByteSource {
 public:
  ResumingBody(const S3Version& version, std::uint64_t from, std::uint64_t to, std::unique_ptr<ByteSource> begun)
      : version_(version), at_(from), end_(to), body_(std::move(begun)) {}

  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    if (at_ == end_) give_back(context);
    while (at_ < end_) {
      auto piece = read_piece(context, into);
      if (piece.ok() && *piece > 0) {
        at_ += *piece;
        fruitless_ = 0;
        return piece;
      }
      const Error error = piece.ok() ? Error(ErrorCode::kCorrupt, "the body ended early") : piece.error();
      body_.reset();
      if (!may_pass(error) || ++fruitless_ >= kTriesWithoutAByte) return error;
      SCALPER_TRY(may_begin(context, *version_.clock));
      pause(context);
    }
    return std::size_t{0};
  }

 private:
  // A connection is kept for the next call only by one who has seen that nothing follows.
  void give_back(const CallContext& context) {
    std::byte none{};
    if (body_) (void)body_->read(context, MutableBytes(&none, 1));
    body_.reset();
  }

  Result<std::size_t> read_piece(const CallContext& context, MutableBytes into) {
    if (!body_) SCALPER_TRY(reopen(context));
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end_ - at_));
    return body_->read(context, into.first(wanted));
  }

  Result<void> reopen(const CallContext& context) {
    AwsRequest request = object_request("GET", version_.ref);
    request.headers.emplace_back("if-match", quoted(version_.etag));
    request.headers.emplace_back("range", "bytes=" + std::to_string(at_) + "-" + std::to_string(end_ - 1));
    AwsRefusal refusal;
    auto stream = version_.client->open(context, request, &refusal);
    // With another etag, what was being read is gone.
    if (stream.failed_with(ErrorCode::kPreconditionFailed))
      return Error(ErrorCode::kNotFound, "another version came while this one was read");
    if (!stream.ok()) return read_error(stream.error(), refusal, version_.ref).within("going on with a read");
    const auto begins = begin_of_body(stream->head);
    if (!begins || *begins > at_) return Error(ErrorCode::kCorrupt, "another range came than was asked for");
    body_ = std::move(stream->body);
    return skip(context, at_ - *begins);
  }

  Result<void> skip(const CallContext& context, std::uint64_t count) {
    std::array<std::byte, 16384> waste{};
    while (count > 0) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(waste.size(), count));
      SCALPER_TRY_ASSIGN(const std::size_t n, body_->read(context, MutableBytes(waste).first(wanted)));
      if (n == 0) return Error(ErrorCode::kCorrupt, "the body ended before the range began");
      count -= n;
    }
    return {};
  }

  // Full jitter: between nothing and a bound that doubles.
  void pause(const CallContext& context) const {
    const Millis bound = kFirstPause * (1 << fruitless_);
    std::uniform_int_distribution<Millis::rep> any(0, bound.count());
    thread_local std::minstd_rand random{std::random_device{}()};
    version_.clock->sleep_until(context, version_.clock->mono_now() + Millis{any(random)});
  }

  const S3Version version_;
  std::uint64_t at_;
  const std::uint64_t end_;
  std::unique_ptr<ByteSource> body_;
  int fruitless_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> resuming_body(const S3Version& version, std::uint64_t from, std::uint64_t to,
                                          std::unique_ptr<ByteSource> begun) {
  return std::make_unique<ResumingBody>(version, from, to, std::move(begun));
}

}  // namespace scalper::aws
