#pragma once
// One call that serves many threads: who comes while it runs shares the next one.

#include <memory>
#include <mutex>
#include <utility>

#include "adapters/local/wake_word.h"

namespace scalper {

// Thread-safe. The round is run by one of those who take part, one round at a time. When it is over those are woken
// whom it served, and one of those who came meanwhile, to run the next.
template <class Answer>
class SharedRounds {
 public:
  // Takes part in the first round that begins after this moment, and returns its answer. `add` runs at once, `collect`
  // when the round begins, both under the lock; then `run`, without it.
  template <class Add, class Collect, class Run>
  Answer take_part(const Add& add, const Collect& collect, const Run& run) {
    const std::shared_ptr<Round> mine = join(add);
    for (;;) {
      const std::uint32_t state = mine->state.value();
      if (state == kOver) return mine->answer;
      if (state == kToBeRun && mine->state.turn(kToBeRun, kRuns)) return lead(mine, collect, run);
      if (state != kToBeRun) mine->state.sleep(state);
    }
  }

  template <class Change>
  void under_lock(const Change& change) {
    const std::lock_guard lock(mutex_);
    change();
  }

 private:
  enum : std::uint32_t { kWaits, kToBeRun, kRuns, kOver };
  struct Round {
    WakeWord state;
    std::size_t members = 0;  // under the lock
    Answer answer{};
  };

  template <class Add>
  std::shared_ptr<Round> join(const Add& add) {
    const std::lock_guard lock(mutex_);
    add();
    filling_->members += 1;
    if (!std::exchange(running_, true)) filling_->state.set(kToBeRun);
    return filling_;
  }

  template <class Collect, class Run>
  Answer lead(const std::shared_ptr<Round>& mine, const Collect& collect, const Run& run) {
    {
      const std::lock_guard lock(mutex_);
      collect();
      filling_ = std::make_shared<Round>();
    }
    mine->answer = run();
    std::shared_ptr<Round> next;
    {
      const std::lock_guard lock(mutex_);
      running_ = filling_->members > 0;
      if (running_) next = filling_;
    }
    if (next) {  // first, so that the disk has work again
      next->state.set(kToBeRun);
      next->state.wake_one();
    }
    mine->state.set(kOver);
    if (mine->members > 1) mine->state.wake_all();
    return mine->answer;
  }

  std::mutex mutex_;
  bool running_ = false;
  std::shared_ptr<Round> filling_ = std::make_shared<Round>();
};

}  // namespace scalper
