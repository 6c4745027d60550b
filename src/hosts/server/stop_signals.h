#pragma once

#include <functional>
#include <memory>

namespace scalper::server {

// SIGTERM and SIGINT as a request to stop. Made before any other thread, so
// that all of them have the signals blocked.
class StopSignals {
 public:
  // `on_first` runs once, on a thread of its own. The second signal ends the
  // process at once, with 128 + its number.
  explicit StopSignals(std::function<void()> on_first);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // The number of the first signal; 0: none has come yet.
  [[nodiscard]] int received() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scalper::server
