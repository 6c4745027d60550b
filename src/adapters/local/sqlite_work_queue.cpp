#include "adapters/local/sqlite_work_queue.h"

#include <algorithm>
#include <utility>

#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxBody = 256 * 1024;
constexpr std::size_t kMaxBatch = 10;
constexpr std::chrono::milliseconds kLookAtClock{20};

Result<void> check_duration(Millis duration) {
  if (duration < Millis{0}) return Error(ErrorCode::kInvalidArgument, "a time to come is not negative");
  return {};
}

std::int64_t count_of(MonoTime time) { return time.time_since_epoch().count(); }
std::int64_t count_of(WallTime time) { return time.time_since_epoch().count(); }

struct Visible {
  std::int64_t number = 0;
  std::uint32_t receive_count = 0;
  std::string body;
};

struct Now {
  MonoTime mono;
  WallTime wall;
};

Result<void> bury(SqliteConnection& writer, const Visible& message, WallTime now) {
  SCALPER_TRY_ASSIGN(auto die, writer.prepare("UPDATE messages SET died_at = ?2, receipt = NULL WHERE number = ?1"));
  return die.bind(1, message.number).bind(2, count_of(now)).run();
}

Result<void> hide(SqliteConnection& writer, const Visible& message, const std::string& receipt, MonoTime until) {
  SCALPER_TRY_ASSIGN(auto hide, writer.prepare("UPDATE messages SET receipt = ?2, visible_at = ?3,"
                                               " receive_count = receive_count + 1 WHERE number = ?1"));
  return hide.bind(1, message.number).bind(2, receipt).bind(3, count_of(until)).run();
}

// Those that are visible now, and when the next one will be.
Result<std::vector<Visible>> find_visible(SqliteConnection& writer, std::size_t limit, MonoTime now) {
  SCALPER_TRY_ASSIGN(auto rows, writer.prepare("SELECT number, receive_count, body FROM messages WHERE died_at IS NULL"
                                               " AND visible_at <= ?1 ORDER BY visible_at, number LIMIT ?2"));
  rows.bind(1, count_of(now)).bind(2, static_cast<std::int64_t>(limit));
  std::vector<Visible> found;
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return found;
    found.push_back({rows.number(0), static_cast<std::uint32_t>(rows.number(1)), rows.bytes(2)});
  }
}

Result<MonoTime> next_visible(SqliteConnection& writer) {
  SCALPER_TRY_ASSIGN(auto row, writer.prepare("SELECT min(visible_at) FROM messages WHERE died_at IS NULL"));
  SCALPER_TRY_ASSIGN(const bool there, row.step());
  return there && !row.is_null(0) ? MonoTime{Millis{row.number(0)}} : MonoTime::max();
}

struct Taken {
  std::vector<Delivery> deliveries;
  MonoTime next = MonoTime::min();
};

Result<void> take_some(SqliteConnection& writer, Taken& taken, std::size_t limit, Now now, Millis visibility,
                       std::uint32_t max_receives, const std::string& receipt_base) {
  while (taken.deliveries.size() < limit) {
    SCALPER_TRY_ASSIGN(const auto found, find_visible(writer, limit - taken.deliveries.size(), now.mono));
    if (found.empty()) break;
    for (const Visible& message : found) {
      if (message.receive_count >= max_receives) {
        SCALPER_TRY(bury(writer, message, now.wall));
        continue;
      }
      const std::string receipt = receipt_base + "." + std::to_string(message.number);
      SCALPER_TRY(hide(writer, message, receipt, now.mono + visibility));
      taken.deliveries.push_back({std::to_string(message.number), receipt, message.body, message.receive_count + 1});
    }
    if (visibility == Millis{0}) break;  // they are visible again: not twice in one answer
  }
  SCALPER_TRY_ASSIGN(taken.next, next_visible(writer));
  return {};
}

}  // namespace

Result<std::unique_ptr<SqliteWorkQueue>> SqliteWorkQueue::open(SqliteDatabase& database, std::uint32_t max_receives) {
  std::unique_ptr<SqliteWorkQueue> queue(new SqliteWorkQueue(database, max_receives));
  // Monotonic times of an earlier process mean nothing now.
  SCALPER_TRY(database.write(CallContext{}, [](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto all, writer.prepare("UPDATE messages SET visible_at = 0, receipt = NULL"
                                                " WHERE died_at IS NULL AND (visible_at <> 0 OR receipt IS NOT NULL)"));
    return all.run();
  }));
  return queue;
}

void SqliteWorkQueue::note_visible(MonoTime at) {
  {
    const std::lock_guard lock(mutex_);
    next_visible_ = std::min(next_visible_, at);
  }
  arrived_.notify_all();
}

bool SqliteWorkQueue::is_worth_a_look() {
  const std::lock_guard lock(mutex_);
  return next_visible_ <= database_.clock().mono_now();
}

Result<void> SqliteWorkQueue::send(const CallContext& context, const std::string& body, Millis delay) {
  SCALPER_TRY(check_duration(delay));
  if (body.size() > kMaxBody) return Error(ErrorCode::kInvalidArgument, "a message has at most 256 KiB");
  const MonoTime visible_at = database_.clock().mono_now() + delay;
  const WallTime now = database_.clock().wall_now();
  auto sent = database_.write(context, [body, visible_at, now](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto add, writer.prepare("INSERT INTO messages (body, sent_at, visible_at, receive_count)"
                                                " VALUES (?1, ?2, ?3, 0)"));
    return add.bind(1, body).bind(2, count_of(now)).bind(3, count_of(visible_at)).run();
  });
  note_visible(visible_at);  // also after a time-out: it may come
  return sent;
}

Result<std::vector<Delivery>> SqliteWorkQueue::take(const CallContext& context, std::size_t limit, Millis visibility) {
  const auto taken = std::make_shared<Taken>();
  const Now now{database_.clock().mono_now(), database_.clock().wall_now()};
  const std::string receipt = "r" + std::to_string(++receipts_) + "-" + std::to_string(count_of(now.wall));
  {
    const std::lock_guard lock(mutex_);
    next_visible_ = MonoTime::max();  // what is sent from here on sets it anew
  }
  const auto done = database_.write_soon(
      context, [taken, limit, now, visibility, most = max_receives_, receipt](SqliteConnection& writer) {
        return take_some(writer, *taken, limit, now, visibility, most, receipt);
      });
  note_visible(done.ok() ? taken->next : MonoTime::min());
  if (!done.ok()) return done.error();
  return std::move(taken->deliveries);
}

Result<std::vector<Delivery>> SqliteWorkQueue::receive(const CallContext& context, std::size_t limit, Millis visibility,
                                                       Millis wait) {
  SCALPER_TRY(may_begin(context, database_.clock()));
  SCALPER_TRY(check_duration(visibility));
  if (limit < 1 || limit > kMaxBatch) return Error(ErrorCode::kInvalidArgument, "a batch has 1 to 10 messages");
  const MonoTime until = std::min(context.deadline, database_.clock().mono_now() + wait);
  for (;;) {
    if (is_worth_a_look()) {
      SCALPER_TRY_ASSIGN(auto taken, take(context, limit, visibility));
      if (!taken.empty()) return taken;
    }
    if (context.stop.stop_requested() || database_.clock().mono_now() >= until) return std::vector<Delivery>{};
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, context.stop, kLookAtClock, [&] { return next_visible_ <= database_.clock().mono_now(); });
  }
}

Result<void> SqliteWorkQueue::extend(const CallContext& context, const std::string& receipt, Millis visibility) {
  SCALPER_TRY(check_duration(visibility));
  const MonoTime until = database_.clock().mono_now() + visibility;
  SCALPER_TRY(database_.write_soon(context, [receipt, until](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto extend, writer.prepare("UPDATE messages SET visible_at = ?2 WHERE receipt = ?1"));
    SCALPER_TRY(extend.bind(1, receipt).bind(2, count_of(until)).run());
    if (writer.changes() == 0) return Error(ErrorCode::kNotFound, "the receipt is void");
    return {};
  }));
  note_visible(until);
  return {};
}

Result<void> SqliteWorkQueue::acknowledge(const CallContext& context, const std::string& receipt) {
  return database_.write_soon(context, [receipt](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM messages WHERE receipt = ?1"));
    return erase.bind(1, receipt).run();
  });
}

Result<void> SqliteWorkQueue::give_back(const CallContext& context, const std::string& receipt, Millis delay) {
  SCALPER_TRY(check_duration(delay));
  const MonoTime until = database_.clock().mono_now() + delay;
  SCALPER_TRY(database_.write_soon(context, [receipt, until](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto back,
                       writer.prepare("UPDATE messages SET visible_at = ?2, receipt = NULL WHERE receipt = ?1"));
    return back.bind(1, receipt).bind(2, count_of(until)).run();
  }));
  note_visible(until);
  return {};
}

Result<QueueDepth> SqliteWorkQueue::depth(const CallContext& context) {
  const auto depth = std::make_shared<QueueDepth>();
  const Now now{database_.clock().mono_now(), database_.clock().wall_now()};
  // On the writer's connection: it alone sees what is not committed yet.
  SCALPER_TRY(database_.write_soon(context, [depth, now](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto row, writer.prepare("SELECT count(*) FILTER (WHERE died_at IS NULL AND visible_at <= ?1),"
                                                " count(*) FILTER (WHERE died_at IS NULL AND visible_at > ?1 AND"
                                                " receipt IS NOT NULL), count(*) FILTER (WHERE died_at IS NOT NULL),"
                                                " min(sent_at) FILTER (WHERE died_at IS NULL) FROM messages"));
    SCALPER_TRY_ASSIGN(const bool there, row.bind(1, count_of(now.mono)).step());
    if (!there) return {};
    depth->visible = static_cast<std::uint64_t>(row.number(0));
    depth->in_flight = static_cast<std::uint64_t>(row.number(1));
    depth->dead = static_cast<std::uint64_t>(row.number(2));
    if (!row.is_null(3)) depth->oldest_age = std::max(Millis{0}, Millis{count_of(now.wall) - row.number(3)});
    return {};
  }));
  return *depth;
}

Result<std::vector<DeadLetter>> SqliteWorkQueue::dead_letters(const CallContext& context, std::size_t limit) {
  const auto letters = std::make_shared<std::vector<DeadLetter>>();
  SCALPER_TRY(database_.write_soon(context, [letters, limit](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows, writer.prepare("SELECT number, body, receive_count, died_at FROM messages"
                                                 " WHERE died_at IS NOT NULL ORDER BY number LIMIT ?1"));
    rows.bind(1, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      letters->push_back({std::to_string(rows.number(0)), rows.bytes(1), static_cast<std::uint32_t>(rows.number(2)),
                          WallTime{Millis{rows.number(3)}}});
    }
  }));
  return std::move(*letters);
}

Result<std::size_t> SqliteWorkQueue::redrive(const CallContext& context, std::size_t limit) {
  const auto moved = std::make_shared<std::size_t>(0);
  const MonoTime now = database_.clock().mono_now();
  SCALPER_TRY(database_.write(context, [moved, now, limit](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(
        auto revive,
        writer.prepare("UPDATE messages SET died_at = NULL, receive_count = 0, receipt = NULL, visible_at = ?1 WHERE"
                       " number IN (SELECT number FROM messages WHERE died_at IS NOT NULL ORDER BY number LIMIT ?2)"));
    SCALPER_TRY(revive.bind(1, count_of(now))
                    .bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)))
                    .run());
    *moved = static_cast<std::size_t>(writer.changes());
    return {};
  }));
  note_visible(now);
  return *moved;
}

}  // namespace scalper
