#pragma once
// The gate's database: WAL, synchronous=FULL. One thread writes and checkpoints; what comes during a commit shares the
// next one, each write in a savepoint of its own. Two connections read. Safe from many threads.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/local/sqlite_connection.h"
#include "adapters/local/wake_word.h"
#include "ports/call_context.h"
#include "ports/clock.h"

namespace scalper {

class SqliteDatabase {
 public:
  // An Error undoes what this work has written, and nothing else. It runs on another thread, perhaps after its caller
  // has gone (deadline): it owns what it uses.
  using Work = std::function<Result<void>(SqliteConnection&)>;

  // `clock` serves deadlines and outlives the database. Errors of prepare_schema(), and those of opening.
  [[nodiscard]] static Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path, Clock& clock);
  // Ends after all that was accepted has been committed.
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  // Returns when the work is on the disk. kTimeout: it may be done still.
  [[nodiscard]] Result<void> write(const CallContext& context, Work work);
  // Returns when the work has run; the disk has it with the next commit, before that of any write() that begins later.
  // For what a crash may undo.
  [[nodiscard]] Result<void> write_soon(const CallContext& context, Work work);
  // Sees every write() that has returned.
  [[nodiscard]] Result<void> read(const CallContext& context, const Work& work);

  // SQLite's own look at the whole file; takes as long as reading it. kCorrupt with what is wrong.
  [[nodiscard]] Result<void> check(const CallContext& context);
  [[nodiscard]] const std::string& cursor_secret() const { return cursor_secret_; }
  [[nodiscard]] Clock& clock() const { return clock_; }

 private:
  struct Ticket {
    Work work;
    bool until_commit = true;
    Result<void> answer{};
    WakeWord answered{};  // its own: a commit wakes those whom it serves, one by one
  };
  using Tickets = std::vector<std::shared_ptr<Ticket>>;

  explicit SqliteDatabase(Clock& clock) : clock_(clock) {}
  [[nodiscard]] Result<void> submit(const CallContext& context, Work work, bool until_commit);
  void write_until_stopped();
  void run_group(const Tickets& group);
  static void answer(Ticket& ticket, Result<void> result);

  Clock& clock_;
  std::string cursor_secret_;
  std::unique_ptr<SqliteConnection> writer_;

  std::mutex mutex_;
  std::condition_variable work_;  // for the writer: something came, or stop
  std::condition_variable room_;  // for callers: more may be submitted
  std::deque<std::shared_ptr<Ticket>> waiting_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace scalper
