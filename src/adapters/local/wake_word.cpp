#include "adapters/local/wake_word.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace scalper {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "futex(2) takes the number itself");
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

void call(std::atomic<std::uint32_t>& word, int what, std::uint32_t number, const timespec* most) {
  ::syscall(SYS_futex, &word, what | FUTEX_PRIVATE_FLAG, number, most, nullptr, 0);
}

}  // namespace

void WakeWord::sleep(std::uint32_t seen) { call(value_, FUTEX_WAIT, seen, nullptr); }

void WakeWord::sleep_for(std::uint32_t seen, Millis most) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(most);
  timespec time{};
  time.tv_sec = seconds.count();
  time.tv_nsec = std::chrono::nanoseconds(most - seconds).count();
  call(value_, FUTEX_WAIT, seen, &time);
}

void WakeWord::wake_one() { call(value_, FUTEX_WAKE, 1, nullptr); }
void WakeWord::wake_all() { call(value_, FUTEX_WAKE, INT_MAX, nullptr); }

}  // namespace scalper
