#include "hosts/server/stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <utility>

namespace scalper::server {

struct StopSignals::State {
  std::function<void()> on_first;
  sigset_t wanted{};
  std::atomic<int> first{0};
  std::jthread listener;

  void listen(const std::stop_token& stop) {
    const timespec look{0, 200'000'000};
    while (!stop.stop_requested()) {
      const int number = ::sigtimedwait(&wanted, nullptr, &look);
      if (number < 0 || stop.stop_requested()) continue;
      if (first != 0) ::_exit(128 + number);
      first = number;
      on_first();
    }
  }
};

StopSignals::StopSignals(std::function<void()> on_first) : state_(std::make_unique<State>()) {
  state_->on_first = std::move(on_first);
  ::sigemptyset(&state_->wanted);
  ::sigaddset(&state_->wanted, SIGTERM);
  ::sigaddset(&state_->wanted, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &state_->wanted, nullptr);
  state_->listener = std::jthread([state = state_.get()](const std::stop_token& stop) { state->listen(stop); });
}

StopSignals::~StopSignals() {
  state_->listener.request_stop();
  ::pthread_kill(state_->listener.native_handle(), SIGTERM);  // it is blocked everywhere: the listener alone wakes
}

int StopSignals::received() const { return state_->first; }

}  // namespace scalper::server
