#include "hosts/aws_spread.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace scalper::aws {
namespace {

// The process itself, and for each file its checkers (8 MiB at most) and the two ranges of 8 MiB of a large one. A
// decoder with a window that is more than small change, which none has yet, has to be counted here.
constexpr std::uint64_t kProcess = 32;
constexpr std::uint64_t kPerFile = 24;
constexpr std::uint64_t kMostThreads = 10;

}  // namespace

void spread(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {  // told where the host's barrier is; the others go on to their end
      const std::lock_guard lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    const std::size_t wanted = std::min<std::size_t>(threads, count);
    try {
      while (others.size() + 1 < wanted) others.emplace_back(run);
    } catch (const std::system_error&) {  // no more threads to be had: those that are there do all
    }
    run();
  }
  if (thrown) std::rethrow_exception(thrown);
}

unsigned threads_for_memory(std::uint64_t mebibytes) {
  const std::uint64_t files = mebibytes > kProcess ? (mebibytes - kProcess) / kPerFile : 0;
  return static_cast<unsigned>(std::clamp<std::uint64_t>(files, 1, kMostThreads));
}

}  // namespace scalper::aws
