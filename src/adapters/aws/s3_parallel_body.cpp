#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/aws/s3_body.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

// Range number n is that of lane n % lanes, which has one buffer: it begins with the next of its ranges when the reader
// has taken all of this one.
class ParallelBody final : public ByteSource {
 public:
  ParallelBody(const S3Version& version, std::uint64_t from, std::uint64_t to, std::unique_ptr<ByteSource> begun,
               const ParallelReads& settings)
      : version_(version),
        from_(from),
        to_(to),
        range_(std::max<std::uint64_t>(settings.range, 1)),
        begun_(std::move(begun)),
        new_thread_(settings.new_thread),
        lanes_(std::max<std::size_t>(settings.lanes, 1)) {}

  ~ParallelBody() override {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    stop_.request_stop();
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    SCALPER_TRY(may_begin(context, *version_.clock));
    if (from_ + taken_ == to_) return std::size_t{0};
    const std::stop_callback on_stop(context.stop, [this] { stop_.request_stop(); });
    std::unique_lock lock(mutex_);
    context_ = context;
    SCALPER_TRY(begin_lanes());
    Lane& lane = lanes_[current_ % lanes_.size()];
    changed_.wait(lock, [&] { return lane.filled > lane.read || lane.failure; });
    if (lane.filled == lane.read) return *lane.failure;
    const std::size_t count = std::min(into.size(), lane.filled - lane.read);
    lock.unlock();  // what is filled is not written again before it was taken
    std::memcpy(into.data(), lane.buffer.get() + lane.read, count);
    lock.lock();
    lane.read += count;
    taken_ += count;
    if (lane.read == length_of(current_)) {
      lane.read = lane.filled = 0;
      ++current_;
      changed_.notify_all();
    }
    return count;
  }

 private:
  struct Lane {
    std::unique_ptr<std::byte[]> buffer;  // NOLINT(modernize-avoid-c-arrays): megabytes that need no zeros first
    std::size_t filled = 0;
    std::size_t read = 0;
    std::optional<Error> failure;
  };

  [[nodiscard]] std::uint64_t begin_of(std::uint64_t number) const { return from_ + number * range_; }
  [[nodiscard]] std::size_t length_of(std::uint64_t number) const {
    return static_cast<std::size_t>(std::min(range_, to_ - begin_of(number)));
  }
  [[nodiscard]] std::uint64_t ranges() const { return (to_ - from_ + range_ - 1) / range_; }

  // The mutex is held: until all is begun no lane looks at the number of lanes.
  Result<void> begin_lanes() {
    if (!threads_.empty()) return {};
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(lanes_.size(), ranges()));
    threads_.reserve(count);
    try {
      for (std::size_t i = 0; i < count; ++i) threads_.push_back(new_thread_([this, i] { fetch(i); }));
    } catch (const std::system_error&) {  // no more threads to be had
      if (threads_.empty()) return Error(ErrorCode::kUnavailable, "there is no thread to read an object with");
      lanes_.resize(threads_.size());
    }
    return {};
  }

  // Runs on a thread of its own: what leaves it ends the process.
  void fetch(std::size_t own) {
    std::unique_lock begun(mutex_);
    Lane& lane = lanes_[own];
    begun.unlock();
    lane.buffer.reset(new (std::nothrow) std::byte[length_of(own)]);
    if (lane.buffer == nullptr) return fail(lane, {ErrorCode::kInternal, "no memory for a range of an object"});
    for (std::uint64_t number = own; number < ranges(); number += lanes_.size()) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || current_ + lanes_.size() > number; });
        if (ended_) return;
      }
      const auto done = fetch_range(lane, number);
      if (!done.ok()) return fail(lane, done.error());
    }
  }

  void fail(Lane& lane, const Error& why) {
    const std::lock_guard lock(mutex_);
    lane.failure = why;
    changed_.notify_all();
  }

  Result<void> fetch_range(Lane& lane, std::uint64_t number) {
    const std::uint64_t begin = begin_of(number);
    const std::size_t length = length_of(number);
    const bool is_begun = number == 0 && begun_ != nullptr;
    const auto body = resuming_body(version_, begin, begin + length, is_begun ? std::move(begun_) : nullptr);
    for (std::size_t at = 0; at < length;) {
      const MutableBytes free(lane.buffer.get() + at, std::min(kPiece, length - at));
      SCALPER_TRY_ASSIGN(const std::size_t n, body->read(context(), free));
      if (n == 0) return Error(ErrorCode::kCorrupt, "a range ended early");
      at += n;
      const std::lock_guard lock(mutex_);
      lane.filled = at;
      changed_.notify_all();
    }
    // Its end, so that the connection is kept; what was begun without a range goes on far beyond it.
    std::byte none{};
    if (!is_begun) (void)body->read(context(), MutableBytes(&none, 1));
    return {};
  }

  // The reader's newest deadline, and a stop of our own: the reader's, or the end of this source.
  CallContext context() {
    const std::lock_guard lock(mutex_);
    CallContext own = context_;
    own.stop = stop_.get_token();
    return own;
  }

  const S3Version version_;
  const std::uint64_t from_;
  const std::uint64_t to_;
  const std::uint64_t range_;
  std::unique_ptr<ByteSource> begun_;  // lane 0's, for its first range
  const std::function<std::thread(std::function<void()>)> new_thread_;

  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Lane> lanes_;
  std::vector<std::thread> threads_;
  CallContext context_;
  std::uint64_t current_ = 0;  // the range that is being read
  std::uint64_t taken_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> parallel_body(const S3Version& version, std::uint64_t from, std::uint64_t to,
                                          std::unique_ptr<ByteSource> begun, const ParallelReads& settings) {
  return std::make_unique<ParallelBody>(version, from, to, std::move(begun), settings);
}

}  // namespace scalper::aws
