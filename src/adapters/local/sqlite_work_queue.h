#pragma once
// The work queue as a table. A message that was sent is on the disk; deliveries and acknowledgements get there with the
// next commit: what a power cut undoes of them is delivered again. At start every delivery of an earlier process is
// void and visible at once.

#include <atomic>

#include "adapters/local/sqlite_database.h"
#include "ports/work_queue.h"

namespace scalper {

class SqliteWorkQueue final : public WorkQueue {
 public:
  // The database outlives the queue. Only one queue a database at a time.
  [[nodiscard]] static Result<std::unique_ptr<SqliteWorkQueue>> open(SqliteDatabase& database,
                                                                     std::uint32_t max_receives);

  [[nodiscard]] Result<void> send(const CallContext&, const std::string& body, Millis delay) override;
  [[nodiscard]] Result<std::vector<Delivery>> receive(const CallContext&, std::size_t limit, Millis visibility,
                                                      Millis wait) override;
  [[nodiscard]] Result<void> extend(const CallContext&, const std::string& receipt, Millis visibility) override;
  [[nodiscard]] Result<void> acknowledge(const CallContext&, const std::string& receipt) override;
  [[nodiscard]] Result<void> give_back(const CallContext&, const std::string& receipt, Millis delay) override;
  [[nodiscard]] Result<QueueDepth> depth(const CallContext&) override;
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(const CallContext&, std::size_t limit) override;
  [[nodiscard]] Result<std::size_t> redrive(const CallContext&, std::size_t limit) override;

 private:
  SqliteWorkQueue(SqliteDatabase& database, std::uint32_t max_receives)
      : database_(database), max_receives_(max_receives) {}

  [[nodiscard]] Result<std::vector<Delivery>> take(const CallContext&, std::size_t limit, Millis visibility);
  // A message may be visible from then on: wakes who waits.
  void note_visible(MonoTime at);
  // Something is, or may be, visible now.
  [[nodiscard]] bool is_worth_a_look();

  SqliteDatabase& database_;
  const std::uint32_t max_receives_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  MonoTime next_visible_ = MonoTime::min();  // never later than the true one
  std::atomic<std::uint64_t> receipts_{0};
};

}  // namespace scalper
