#include "adapters/aws/client/credentials/refreshing_credentials.h"

#include <algorithm>
#include <utility>

namespace scalper::aws {
namespace {

constexpr Millis kRefreshBefore = std::chrono::minutes(10);
constexpr Millis kMustBefore = std::chrono::minutes(1);
constexpr Millis kPauseAfterFailure = std::chrono::seconds(15);
constexpr Millis kLookAtClock{50};  // the deadline is in the Clock's time, which no condition variable knows

bool same(const Credentials& a, const Credentials& b) {
  return a.access_key_id == b.access_key_id && a.secret_access_key == b.secret_access_key &&
         a.session_token == b.session_token;
}

template <class Work>
struct AtEnd {
  Work work;
  ~AtEnd() { work(); }
};
template <class Work>
AtEnd(Work) -> AtEnd<Work>;

Error for_callers(const Error& error) {
  const bool mistakable = error.code() == ErrorCode::kNotFound || error.code() == ErrorCode::kPreconditionFailed ||
                          error.code() == ErrorCode::kAlreadyExists;
  return {mistakable ? ErrorCode::kPermissionDenied : error.code(), error.message()};
}

}  // namespace

RefreshingCredentials::RefreshingCredentials(std::unique_ptr<CredentialsSource> source, Clock& clock)
    : source_(std::move(source)), clock_(clock) {}

Millis RefreshingCredentials::left() const {
  if (!kept_) return Millis{0};
  if (!kept_->expires) return Millis::max();
  return std::max(Millis{0}, *kept_->expires - clock_.wall_now());
}

Result<Credentials> RefreshingCredentials::get(const CallContext& context) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const Millis good_for = left();
    if (good_for > kRefreshBefore) return *kept_;
    const bool usable = good_for > Millis{0};
    if (usable && clock_.mono_now() < not_before_) return *kept_;
    if (!fetching_) return fetch(lock, context);
    if (good_for > kMustBefore) return *kept_;
    SCALPER_TRY(wait_for_fetch(lock, context));
    if (left() == Millis{0} && failure_) return *failure_;  // not each of those who waited is to fail on its own
  }
}

Result<void> RefreshingCredentials::wait_for_fetch(std::unique_lock<std::mutex>& lock, const CallContext& context) {
  while (fetching_) {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped while AWS credentials are fetched");
    if (clock_.mono_now() >= context.deadline)
      return Error(ErrorCode::kTimeout, "no time left while AWS credentials are fetched");
    fetched_.wait_for(lock, context.stop, kLookAtClock, [this] { return !fetching_; });
  }
  return {};
}

Result<Credentials> RefreshingCredentials::fetch(std::unique_lock<std::mutex>& lock, const CallContext& context) {
  fetching_ = true;
  lock.unlock();
  Result<Credentials> fresh = [&] {
    const AtEnd end{[&] {  // whatever happens: nobody is to wait for a fetch that is no more
      lock.lock();
      fetching_ = false;
      fetched_.notify_all();
    }};
    return source_->get(context);
  }();
  if (fresh.ok() && fresh->expires && *fresh->expires <= clock_.wall_now())
    fresh = Error(ErrorCode::kPermissionDenied, "the AWS credentials that were given have already ended");
  failure_.reset();
  if (fresh.ok()) {
    kept_ = *fresh;
    not_before_ = MonoTime::min();
    // Some sources give what is near its end; asking again at once would bring the same.
    if (left() <= kRefreshBefore) not_before_ = clock_.mono_now() + kPauseAfterFailure;
    return fresh;
  }
  if (left() > Millis{0}) {
    not_before_ = clock_.mono_now() + kPauseAfterFailure;
    return *kept_;
  }
  Error error = for_callers(fresh.error());
  // The time and the stop token were this caller's own.
  if (error.code() != ErrorCode::kTimeout && error.code() != ErrorCode::kCancelled) failure_ = error;
  return error;
}

void RefreshingCredentials::forget(const Credentials& refused) {
  const std::lock_guard lock(mutex_);
  if (!kept_ || !same(*kept_, refused)) return;
  kept_.reset();
  source_->forget(refused);
}

}  // namespace scalper::aws
