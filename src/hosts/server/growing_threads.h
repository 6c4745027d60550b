#pragma once
// Threads for calls that wait for senders: made when there is work for them, up to a number; those that are made stay.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace scalper::server {

// Thread-safe.
class GrowingThreads {
 public:
  explicit GrowingThreads(std::size_t most) : most_(most) {}
  ~GrowingThreads() { join(); }
  GrowingThreads(const GrowingThreads&) = delete;
  GrowingThreads& operator=(const GrowingThreads&) = delete;

  // Runs it on a thread of its own for that time. False: as many run as there may be.
  [[nodiscard]] bool run(std::function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || running_ == most_) return false;
      ++running_;
      calls_.push_back(std::move(call));
      if (running_ > threads_.size()) threads_.emplace_back([this] { work(); });
    }
    came_.notify_one();
    return true;
  }

  // Waits for what runs; nothing new is run.
  void join() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    came_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      came_.wait(lock, [this] { return ending_ || !calls_.empty(); });
      if (calls_.empty()) return;
      {
        const auto call = std::move(calls_.front());
        calls_.pop_front();
        lock.unlock();
        call();
      }
      lock.lock();
      --running_;
    }
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> calls_;
  std::vector<std::thread> threads_;
  std::size_t running_ = 0;  // and to be run
  bool ending_ = false;
};

}  // namespace scalper::server
