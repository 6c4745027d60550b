// A disk whose flush costs time, for programs that run with this library preloaded: after each fsync(2), fdatasync(2)
// and syncfs(2) the caller waits for a flush of SLOW_FLUSH_US microseconds, and one flush is under way at a time.
//
// SLOW_FLUSH_SHARED=1: who waits while a flush is under way shares the next one, as Linux's block layer does with a
// disk's queue (block/blk-flush.c: one flush in flight, the pending ones become one). Else each caller has a flush to
// itself, one after the other: the harder disk. SLOW_FLUSH_COUNT=FILE: the number of flushes, written at the end.
#include <dlfcn.h>
#include <time.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace {

long number_from(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

class Disk {
 public:
  ~Disk() {
    const char* path = std::getenv("SLOW_FLUSH_COUNT");
    std::FILE* file = path == nullptr ? nullptr : std::fopen(path, "w");
    if (file == nullptr) return;
    std::fprintf(file, "%lu\n", begun_);
    std::fclose(file);
  }

  void flush() { shared_ ? flush_shared() : flush_alone(); }

 private:
  void flush_alone() {
    const std::lock_guard lock(mutex_);
    begun_ += 1;
    wait_for_disk();
  }

  void flush_shared() {
    std::unique_lock lock(mutex_);
    const unsigned long mine = begun_ + 1;  // the first that begins after this moment
    while (ended_ < mine) {
      if (under_way_) {
        over_.wait(lock);
        continue;
      }
      under_way_ = true;
      begun_ += 1;
      lock.unlock();
      wait_for_disk();
      lock.lock();
      under_way_ = false;
      ended_ = begun_;
      over_.notify_all();
    }
  }

  void wait_for_disk() const {
    timespec left = {micros_ / 1'000'000, micros_ % 1'000'000 * 1000};
    while (nanosleep(&left, &left) != 0) {
    }
  }

  const long micros_ = number_from("SLOW_FLUSH_US");
  const bool shared_ = number_from("SLOW_FLUSH_SHARED") == 1;
  std::mutex mutex_;
  std::condition_variable over_;
  bool under_way_ = false;
  unsigned long begun_ = 0;
  unsigned long ended_ = 0;
};

int flushed(const char* name, int fd) {
  static Disk disk;
  using Call = int (*)(int);
  const auto real = reinterpret_cast<Call>(dlsym(RTLD_NEXT, name));
  const int answer = real(fd);
  disk.flush();
  return answer;
}

}  // namespace

extern "C" {
int fsync(int fd) { return flushed("fsync", fd); }
int fdatasync(int fd) { return flushed("fdatasync", fd); }
int syncfs(int fd) noexcept { return flushed("syncfs", fd); }
}
