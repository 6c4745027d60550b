#include "adapters/local/sqlite_database.h"

#include <utility>

#include "adapters/local/sqlite_schema.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMostWaiting = 1024;
constexpr std::size_t kMostInGroup = 256;
constexpr int kReaders = 2;
constexpr std::chrono::milliseconds kLookAtClock{20};
constexpr std::uint32_t kWaits = 0;
constexpr std::uint32_t kAnswered = 1;

Result<std::string> read_secret(SqliteConnection& connection) {
  SCALPER_TRY_ASSIGN(auto statement, connection.prepare("SELECT value FROM store WHERE name = 'cursor_secret'"));
  SCALPER_TRY_ASSIGN(const bool row, statement.step());
  if (!row) return Error(ErrorCode::kCorrupt, "database: its cursor secret is missing");
  return statement.bytes(0);
}

// As run(), parsed once.
Result<void> run_prepared(SqliteConnection& writer, std::string_view sql) {
  SCALPER_TRY_ASSIGN(auto statement, writer.prepare(sql));
  return statement.run();
}

Result<void> run_in_savepoint(SqliteConnection& writer, const SqliteDatabase::Work& work) {
  // A full disk and the like end the whole transaction by themselves: the group's earlier writes are gone as well, and
  // nothing may follow outside of it. Its COMMIT will fail and say so to all.
  if (!writer.in_transaction()) return Error(ErrorCode::kUnavailable, "database: an earlier write of the group failed");
  SCALPER_TRY(run_prepared(writer, "SAVEPOINT one"));
  Result<void> done = work(writer);
  if (!writer.in_transaction()) return done;
  const auto ended = done.ok() ? run_prepared(writer, "RELEASE one") : writer.run("ROLLBACK TO one; RELEASE one");
  return done.ok() ? ended : done;
}

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path, Clock& clock) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(clock));
  SCALPER_TRY_ASSIGN(database->writer_, SqliteConnection::open(path, SqliteConnection::Mode::kWriter));
  SCALPER_TRY(prepare_schema(*database->writer_));
  for (int i = 0; i < kReaders; ++i) {
    SCALPER_TRY_ASSIGN(auto reader, SqliteConnection::open(path, SqliteConnection::Mode::kReader));
    database->readers_.push_back(std::move(reader));
  }
  SCALPER_TRY_ASSIGN(database->cursor_secret_, read_secret(*database->writer_));
  database->thread_ = std::thread([raw = database.get()] { raw->write_until_stopped(); });
  return database;
}

SqliteDatabase::~SqliteDatabase() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
  readers_.clear();  // the writer closes last and folds the log into the file
}

Result<void> SqliteDatabase::write(const CallContext& context, Work work) {
  return submit(context, std::move(work), true);
}

Result<void> SqliteDatabase::write_soon(const CallContext& context, Work work) {
  return submit(context, std::move(work), false);
}

Result<void> SqliteDatabase::submit(const CallContext& context, Work work, bool until_commit) {
  SCALPER_TRY(may_begin(context, clock_));
  const auto ticket = std::make_shared<Ticket>();
  ticket->work = std::move(work);
  ticket->until_commit = until_commit;
  {
    std::unique_lock lock(mutex_);
    const auto has_room = [&] { return waiting_.size() < kMostWaiting || stopping_; };
    while (!room_.wait_for(lock, kLookAtClock, has_room))
      if (clock_.mono_now() >= context.deadline)
        return Error(ErrorCode::kTimeout, "database: too many writes are waiting");
    if (stopping_) return Error(ErrorCode::kCancelled, "database: it is being closed");
    waiting_.push_back(ticket);
  }
  work_.notify_one();
  while (ticket->answered.value() == kWaits) {
    if (context.deadline == MonoTime::max())
      ticket->answered.sleep(kWaits);
    else if (clock_.mono_now() < context.deadline)
      ticket->answered.sleep_for(kWaits, kLookAtClock);
    else
      return Error(ErrorCode::kTimeout, "database: no answer before the deadline");
  }
  return ticket->answer;
}

void SqliteDatabase::answer(Ticket& ticket, Result<void> result) {
  ticket.answer = std::move(result);
  ticket.work = nullptr;
  ticket.answered.set(kAnswered);
  ticket.answered.wake_one();
}

void SqliteDatabase::write_until_stopped() {
  for (;;) {
    Tickets group;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return !waiting_.empty() || stopping_; });
      if (waiting_.empty()) return;
      while (!waiting_.empty() && group.size() < kMostInGroup) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    room_.notify_all();
    run_group(group);
  }
}

void SqliteDatabase::run_group(const Tickets& group) {
  if (const auto begun = run_prepared(*writer_, "BEGIN IMMEDIATE"); !begun.ok()) {
    for (const auto& ticket : group) answer(*ticket, begun.error());
    return;
  }
  std::vector<std::pair<Ticket*, Result<void>>> after_commit;
  for (const auto& ticket : group) {
    Result<void> done = run_in_savepoint(*writer_, ticket->work);
    if (ticket->until_commit)
      after_commit.emplace_back(ticket.get(), std::move(done));
    else
      answer(*ticket, std::move(done));
  }
  const auto committed = run_prepared(*writer_, "COMMIT");
  if (!committed.ok() && writer_->in_transaction()) {
    [[maybe_unused]] const auto undone = writer_->run("ROLLBACK");
  }
  for (const auto& [ticket, done] : after_commit) answer(*ticket, committed.ok() || !done.ok() ? done : committed);
}

Result<void> SqliteDatabase::read(const CallContext& context, const Work& work) {
  SCALPER_TRY(may_begin(context, clock_));
  std::unique_ptr<SqliteConnection> reader;
  {
    std::unique_lock lock(readers_mutex_);
    reader_free_.wait(lock, [&] { return !readers_.empty(); });
    reader = std::move(readers_.back());
    readers_.pop_back();
  }
  Result<void> done = work(*reader);
  {
    const std::lock_guard lock(readers_mutex_);
    readers_.push_back(std::move(reader));
  }
  reader_free_.notify_one();
  return done;
}

Result<void> SqliteDatabase::check(const CallContext& context) {
  return read(context, [](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto statement, reader.prepare("PRAGMA quick_check(1)"));
    SCALPER_TRY_ASSIGN(const bool row, statement.step());
    const std::string said = row ? statement.bytes(0) : "no answer";
    if (said == "ok") return {};
    return Error(ErrorCode::kCorrupt, "database: it is damaged: " + said);
  });
}

}  // namespace scalper
