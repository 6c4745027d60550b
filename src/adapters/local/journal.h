#pragma once
// What the object store must not forget, as lines at the end of a file (.scalper/journal/<number>): one write and one
// sync serve all who append at that moment, where a file for each would cost two syncs.
//
// It is kept short: once a segment is long, everything that the files of .scalper/meta say is made durable in one go
// (syncfs), and a new segment begins with what its owner still needs, `complete`; what lies before that is void. A
// segment that a write or sync failed on is never written to again (fsync(2): what it lost is not written later). Where
// that syncfs fails the journal is broken for good: a second one would answer 0 for what the first has lost. The next
// run reads the segment before, which has all of it.

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "adapters/local/fields.h"
#include "adapters/local/folder_layout.h"
#include "adapters/local/shared_rounds.h"

namespace scalper {

// Thread-safe but for replay() and begin(), which come first and in this order.
class Journal {
 public:
  // The folder outlives the journal.
  explicit Journal(DataFolder& folder) : folder_(folder) {}

  // Every line of the last segment that was begun whole, in order. `damaged` counts lines that are not as they were
  // written; one at the very end is what a crash leaves and is not counted. Where no segment is whole and no crash can
  // have left that, it is at least 1.
  struct Replayed {
    std::uint64_t lines = 0;
    std::uint64_t damaged = 0;
  };
  [[nodiscard]] Result<Replayed> replay(const std::function<void(const Fields&)>& take);

  // Makes the first segment of this run. `snapshot` answers the lines that a new segment needs; it is called without
  // any lock of the journal, by a thread that is in append(), and must not append. What somebody appends is known to
  // snapshot() before append() is called.
  [[nodiscard]] Result<void> begin(std::function<std::string()> snapshot);

  // Durable when it answers. `lines`: from line_of(), one or more. After an Error they may be there or not.
  [[nodiscard]] Result<void> append(const std::string& lines);
  // The next append() begins a new segment, without what snapshot() does not answer any more. Before any other thread.
  void renew() { usable_ = false; }
  // With the next append(), or never: for what a start finds out again.
  void append_lazily(const std::string& lines);
  // Nothing is durable any more in this run: each append() answers kUnavailable. Thread-safe.
  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  [[nodiscard]] Result<void> read_segment(std::uint64_t number, Replayed& replayed,
                                          const std::function<void(const Fields&)>& take);
  // These only by the one thread that runs a round.
  [[nodiscard]] Result<void> write_out(const std::string& batch);
  [[nodiscard]] Result<void> begin_segment();
  [[nodiscard]] Result<void> write_all(const Fd& file, const std::string& text);
  void remove_older();

  DataFolder& folder_;
  std::function<std::string()> snapshot_;
  Fd file_;
  std::uint64_t number_ = 0;  // of the segment written to, or tried last
  std::uint64_t size_ = 0;
  std::uint64_t oldest_ = 1;
  bool usable_ = false;
  std::atomic<bool> broken_{false};

  SharedRounds<Result<void>> rounds_;
  std::string buffer_;  // under their lock
};

}  // namespace scalper
