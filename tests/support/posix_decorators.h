#pragma once
// The file system seam, disturbed.

#include <atomic>
#include <cerrno>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/local/posix.h"

namespace scalper {

// Passes everything on; asks may_pass() first, whose number below 0 is the answer instead.
class ForwardingPosix : public Posix {
 public:
  explicit ForwardingPosix(Posix& inner) : inner_(inner) {}

  int open(int dir, const std::string& name, OpenFor how) override {
    return pass("open", [&] { return inner_.open(dir, name, how); });
  }
  int open_beneath(int dir, const std::string& path, OpenFor how) override {
    return pass("open_beneath", [&] { return inner_.open_beneath(dir, path, how); });
  }
  std::int64_t read(int fd, MutableBytes into, std::uint64_t offset) override {
    return pass("read", [&] { return inner_.read(fd, into, offset); });
  }
  std::int64_t write(int fd, Bytes bytes) override {
    return pass("write", [&] { return inner_.write(fd, bytes); });
  }
  std::int64_t copy(int from, std::uint64_t offset, int to, std::size_t size) override {
    return pass("copy", [&] { return inner_.copy(from, offset, to, size); });
  }
  int sync(int fd) override {
    return pass("sync", [&] { return inner_.sync(fd); });
  }
  int sync_all(int fd) override {
    return pass("sync_all", [&] { return inner_.sync_all(fd); });
  }
  int stat(int fd, FileStat& out) override {
    return pass("stat", [&] { return inner_.stat(fd, out); });
  }
  int stat_at(int dir, const std::string& name, FileStat& out) override {
    return pass("stat_at", [&] { return inner_.stat_at(dir, name, out); });
  }
  int list(int dir, std::vector<FolderEntry>& out) override {
    return pass("list", [&] { return inner_.list(dir, out); });
  }
  int make_folder(int dir, const std::string& name, std::uint32_t mode) override {
    return pass("make_folder", [&] { return inner_.make_folder(dir, name, mode); });
  }
  int rename(int from_dir, const std::string& from, int to_dir, const std::string& to, RenameMode mode) override {
    return pass("rename", [&] { return inner_.rename(from_dir, from, to_dir, to, mode); });
  }
  int unlink(int dir, const std::string& name) override {
    return pass("unlink", [&] { return inner_.unlink(dir, name); });
  }
  int remove_folder(int dir, const std::string& name) override {
    return pass("remove_folder", [&] { return inner_.remove_folder(dir, name); });
  }
  int take_lease(int fd) override {
    return pass("take_lease", [&] { return inner_.take_lease(fd); });
  }
  int has_lease(int fd) override {
    return pass("has_lease", [&] { return inner_.has_lease(fd); });
  }
  int release_lease(int fd) override {
    return pass("release_lease", [&] { return inner_.release_lease(fd); });
  }
  int lock(int fd) override {
    return pass("lock", [&] { return inner_.lock(fd); });
  }

 protected:
  virtual int may_pass(const char* call) = 0;
  // A number below 0 is the answer though the call was made.
  virtual int may_answer() { return 0; }

 private:
  template <class Call>
  auto pass(const char* name, Call call) -> decltype(call()) {
    const int refused = may_pass(name);
    if (refused < 0) return refused;
    const auto answer = call();
    const int lost = may_answer();
    return lost < 0 && answer == 0 ? static_cast<decltype(call())>(lost) : answer;
  }

  Posix& inner_;
};

// Syncs cost a test most of its time and show it nothing unless the machine stops: they are counted, and not made.
class UnsyncedPosix final : public ForwardingPosix {
 public:
  using ForwardingPosix::ForwardingPosix;
  int sync(int /*fd*/) override {
    ++syncs_;
    return 0;
  }
  int sync_all(int /*fd*/) override { return 0; }
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

 protected:
  int may_pass(const char* /*call*/) override { return 0; }

 private:
  std::atomic<std::uint64_t> syncs_{0};
};

// The n-th call from now on answers an error, before or after its effect; or it and all that follow do: as a process
// does that has ended. For one thread.
class FaultyPosix final : public ForwardingPosix {
 public:
  using ForwardingPosix::ForwardingPosix;
  void fail_at(std::uint64_t n, int code) { arm(n, code, Mode::kOnce); }
  // Only calls that answer 0: not those that open, read or write.
  void fail_after(std::uint64_t n, int code) { arm(n, code, Mode::kAfter); }
  void stop_at(std::uint64_t n) { arm(n, -EIO, Mode::kForGood); }
  void disarm() { arm(0, 0, Mode::kOnce); }
  // Called before each call that passes: what others do at that very moment.
  std::function<void(const std::string& call)> before;
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // The name of the call that was refused; empty: none yet.
  [[nodiscard]] std::string refused() const {
    const char* const call = refused_;
    return call == nullptr ? "" : call;
  }

 protected:
  int may_pass(const char* call) override {
    const std::uint64_t number = ++calls_;
    const bool hit = n_ != 0 && (number == n_ || (number > n_ && mode_ == Mode::kForGood));
    if (hit && number == n_) refused_ = call;
    after_ = hit && mode_ == Mode::kAfter;
    if (hit && !after_) return code_;
    if (before) before(call);
    return 0;
  }
  int may_answer() override { return after_ ? code_ : 0; }

 private:
  enum class Mode : std::uint8_t { kOnce, kAfter, kForGood };
  void arm(std::uint64_t n, int code, Mode mode) {
    calls_ = 0;
    refused_ = nullptr;
    n_ = n;
    code_ = code;
    mode_ = mode;
  }

  std::atomic<std::uint64_t> calls_{0};
  std::atomic<const char*> refused_{nullptr};
  std::uint64_t n_ = 0;
  int code_ = 0;
  Mode mode_ = Mode::kOnce;
  std::atomic<bool> after_{false};
};

}  // namespace scalper
