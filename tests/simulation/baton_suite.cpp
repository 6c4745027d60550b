#include <algorithm>

#include "simulation/baton.h"

namespace scalper {

Baton::Runner* Baton::draw() {
  std::vector<Runner*> alive;
  for (const auto& runner : runners_)
    if (!runner->done) alive.push_back(runner.get());
  if (alive.empty()) return nullptr;
  return alive[random_() % alive.size()];
}

void Baton::pass() {
  Runner* const self = running_;
  Runner* const next = draw();
  if (next == self || next == nullptr) return;
  running_ = next;
  next->turn.release();
  self->turn.acquire();
}

void Baton::finish(Runner& self) {
  self.done = true;
  Runner* const next = draw();
  running_ = next;
  if (next == nullptr)
    all_done_.release();
  else
    next->turn.release();
}

void Baton::run(const std::vector<std::function<void()>>& bodies) {
  runners_.clear();
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    runners_.push_back(std::make_unique<Runner>());
    runners_.back()->number = i;
  }
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < bodies.size(); ++i)
    threads.emplace_back([this, &body = bodies[i], runner = runners_[i].get()] {
      runner->turn.acquire();
      body();
      finish(*runner);
    });
  running_ = draw();
  running_->turn.release();
  all_done_.acquire();
}

}  // namespace scalper
