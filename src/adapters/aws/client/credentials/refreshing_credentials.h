#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "adapters/aws/client/credentials.h"
#include "ports/clock.h"

namespace scalper::aws {

// Keeps what another source gave. Ten minutes before it ends one caller fetches anew while the others go on with the
// old; below a minute all wait for the new. A refresh that fails leaves the old in use as long as it is valid, and is
// tried again after a pause. One fetch at a time; who waited for one that failed gets its error. The answers kNotFound
// and kPreconditionFailed of the source become kPermissionDenied: nobody is to mistake missing credentials for a
// missing object.
class RefreshingCredentials final : public CredentialsSource {
 public:
  // The clock is borrowed.
  RefreshingCredentials(std::unique_ptr<CredentialsSource> source, Clock& clock);
  // Also kTimeout and kCancelled of a caller that waits; kPermissionDenied where the source gives what has ended.
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;
  void forget(const Credentials& refused) override;

 private:
  // For how long what is kept is still good; Millis::max() where it does not end, 0 where there is none.
  [[nodiscard]] Millis left() const;
  [[nodiscard]] Result<void> wait_for_fetch(std::unique_lock<std::mutex>& lock, const CallContext& context);
  [[nodiscard]] Result<Credentials> fetch(std::unique_lock<std::mutex>& lock, const CallContext& context);

  std::unique_ptr<CredentialsSource> source_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any fetched_;
  bool fetching_ = false;
  std::optional<Credentials> kept_;
  std::optional<Error> failure_;           // of the last fetch, for those who waited for it
  MonoTime not_before_ = MonoTime::min();  // of the next try to refresh what is still valid
};

}  // namespace scalper::aws
