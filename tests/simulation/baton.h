#pragma once
// Several threads of which exactly one is awake: who runs next is drawn from the seed, so a run can be repeated.

#include <functional>
#include <memory>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

namespace scalper {

class Baton {
 public:
  explicit Baton(std::mt19937_64& random) : random_(random) {}

  // Runs all bodies to their ends, each on a thread of its own, one awake at a time.
  void run(const std::vector<std::function<void()>>& bodies);

  // Called by the running body: perhaps another one goes on, and this one later.
  void pass();

  // The number of the running body.
  [[nodiscard]] std::size_t holder() const { return running_ == nullptr ? 0 : running_->number; }

 private:
  struct Runner {
    std::size_t number = 0;
    std::binary_semaphore turn{0};
    bool done = false;
  };

  Runner* draw();
  void finish(Runner& self);

  std::mt19937_64& random_;
  std::vector<std::unique_ptr<Runner>> runners_;
  Runner* running_ = nullptr;
  std::binary_semaphore all_done_{0};
};

}  // namespace scalper
