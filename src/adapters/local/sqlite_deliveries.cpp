#include "adapters/local/sqlite_deliveries.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "model/record_json.h"

namespace scalper {
namespace {

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

struct Spread {
  std::int64_t last = 0;
  std::vector<std::int64_t> wanted;
  bool more = false;
};

Result<std::optional<std::int64_t>> cursor_of(SqliteConnection& connection, const std::string& webhook) {
  SCALPER_TRY_ASSIGN(auto row, connection.prepare("SELECT cursor FROM webhooks WHERE id = ?1"));
  SCALPER_TRY_ASSIGN(const bool known, row.bind(1, webhook).step());
  return known ? std::optional(row.number(0)) : std::nullopt;
}

Result<void> count_failure(SqliteConnection& writer, const std::string& webhook, const std::string& why) {
  SCALPER_TRY_ASSIGN(auto note, writer.prepare("UPDATE webhooks SET why = ?2 WHERE id = ?1"));
  return note.bind(1, webhook).bind_text(2, why).run();
}

Result<std::size_t> redeliver_one(SqliteConnection& writer, const std::string& webhook, const std::string& id,
                                  WallTime now) {
  SCALPER_TRY_ASSIGN(auto again,
                     writer.prepare("INSERT INTO deliveries (webhook, notice, attempts, begun_at, due_at, why)"
                                    " SELECT ?1, number, 0, ?3, ?3, '' FROM outbox WHERE id = ?2"
                                    " ON CONFLICT (webhook, notice) DO UPDATE SET attempts = 0, begun_at = ?3,"
                                    " due_at = ?3, died_at = NULL"));
  SCALPER_TRY(again.bind(1, webhook).bind(2, id).bind(3, millis(now)).run());
  if (writer.changes() == 0) return Error(ErrorCode::kNotFound, "there is no such notice, or it is older than 30 days");
  return std::size_t{1};
}

Result<std::size_t> redeliver_all(SqliteConnection& writer, const std::string& webhook, WallTime now) {
  SCALPER_TRY_ASSIGN(auto again, writer.prepare("UPDATE deliveries SET attempts = 0, begun_at = ?2, due_at = ?2,"
                                                " died_at = NULL WHERE webhook = ?1 AND"
                                                " (died_at IS NOT NULL OR attempts > 0)"));
  SCALPER_TRY(again.bind(1, webhook).bind(2, millis(now)).run());
  return static_cast<std::size_t>(writer.changes());
}

Result<void> read_counts(SqliteConnection& reader, const std::string& webhook, DeliveryState& state) {
  SCALPER_TRY_ASSIGN(auto counts, reader.prepare("SELECT count(*) FILTER (WHERE died_at IS NULL), count(died_at)"
                                                 " FROM deliveries WHERE webhook = ?1"));
  SCALPER_TRY_ASSIGN(const bool row, counts.bind(1, webhook).step());
  if (row) state.waiting = counts.number(0);
  if (row) state.dead = counts.number(1);
  return {};
}

Result<void> read_dead(SqliteConnection& reader, const std::string& webhook, DeliveryState& state) {
  SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT o.id, d.died_at, d.attempts, d.why FROM deliveries d"
                                               " JOIN outbox o ON o.number = d.notice WHERE d.webhook = ?1 AND"
                                               " d.died_at IS NOT NULL ORDER BY d.notice LIMIT ?2"));
  rows.bind(1, webhook).bind(2, static_cast<std::int64_t>(kShownDead));
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    state.dead_ones.push_back({rows.bytes(0), WallTime{Millis{rows.number(1)}}, rows.number(2), rows.bytes(3)});
  }
}

}  // namespace

Result<void> SqliteDeliveries::begin(const CallContext& context, const std::string& webhook) {
  return database_.write(context, [webhook](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto add,
                       writer.prepare("INSERT INTO webhooks (id, cursor, why) VALUES (?1,"
                                      " (SELECT coalesce(max(number), 0) FROM outbox), '') ON CONFLICT DO NOTHING"));
    return add.bind(1, webhook).run();
  });
}

Result<void> SqliteDeliveries::remove(const CallContext& context, const std::string& webhook) {
  return database_.write(context, [webhook](SqliteConnection& writer) -> Result<void> {
    for (const char* const sql : {"DELETE FROM deliveries WHERE webhook = ?1", "DELETE FROM webhooks WHERE id = ?1"}) {
      SCALPER_TRY_ASSIGN(auto erase, writer.prepare(sql));
      SCALPER_TRY(erase.bind(1, webhook).run());
    }
    return {};
  });
}

Result<bool> SqliteDeliveries::spread(const CallContext& context, const Webhook& webhook, std::size_t limit) {
  Spread found;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(const auto cursor, cursor_of(reader, webhook.id));
    if (!cursor) return {};
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT number, json_extract(body, '$.status') FROM outbox"
                                                 " WHERE number > ?1 ORDER BY number LIMIT ?2"));
    rows.bind(1, *cursor).bind(2, static_cast<std::int64_t>(limit));
    std::size_t seen = 0;
    for (;; ++seen) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) break;
      found.last = rows.number(0);
      const auto status = parse_file_status(rows.bytes(1));
      if (!status || wants(webhook, *status)) found.wanted.push_back(found.last);
    }
    found.more = seen == limit;
    return {};
  }));
  if (found.last == 0) return false;
  const std::int64_t now = millis(database_.clock().wall_now());
  SCALPER_TRY(database_.write(context, [found, now, id = webhook.id](SqliteConnection& writer) -> Result<void> {
    for (const std::int64_t number : found.wanted) {
      SCALPER_TRY_ASSIGN(auto add, writer.prepare("INSERT INTO deliveries (webhook, notice, attempts, begun_at, due_at,"
                                                  " why) VALUES (?1, ?2, 0, ?3, ?3, '') ON CONFLICT DO NOTHING"));
      SCALPER_TRY(add.bind(1, id).bind(2, number).bind(3, now).run());
    }
    SCALPER_TRY_ASSIGN(auto move, writer.prepare("UPDATE webhooks SET cursor = ?2 WHERE id = ?1 AND cursor < ?2"));
    return move.bind(1, id).bind(2, found.last).run();
  }));
  return found.more;
}

Result<std::vector<WebhookDelivery>> SqliteDeliveries::due(const CallContext& context, const std::string& webhook,
                                                           std::int64_t lane, std::int64_t lanes, std::size_t limit) {
  std::vector<WebhookDelivery> found;
  const std::int64_t now = millis(database_.clock().wall_now());
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows,
                       reader.prepare("SELECT d.notice, o.id, o.body, d.attempts, d.begun_at FROM deliveries d"
                                      " JOIN outbox o ON o.number = d.notice WHERE d.webhook = ?1 AND"
                                      " d.died_at IS NULL AND d.due_at <= ?2 AND d.notice % ?3 = ?4 AND EXISTS"
                                      " (SELECT 1 FROM webhooks WHERE id = ?1 AND disabled_at IS NULL)"
                                      " ORDER BY d.due_at, d.notice LIMIT ?5"));
    rows.bind(1, webhook).bind(2, now).bind(3, lanes).bind(4, lane).bind(5, static_cast<std::int64_t>(limit));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      found.push_back({rows.number(0), rows.bytes(1), rows.bytes(2), rows.number(3), WallTime{Millis{rows.number(4)}}});
    }
  }));
  return found;
}

Result<void> SqliteDeliveries::delivered(const CallContext& context, const std::string& webhook, std::int64_t number) {
  const std::int64_t now = millis(database_.clock().wall_now());
  return database_.write(context, [webhook, number, now](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM deliveries WHERE webhook = ?1 AND notice = ?2"));
    SCALPER_TRY(erase.bind(1, webhook).bind(2, number).run());
    SCALPER_TRY_ASSIGN(auto note, writer.prepare("UPDATE webhooks SET delivered_at = ?2, why = '' WHERE id = ?1"));
    return note.bind(1, webhook).bind(2, now).run();
  });
}

Result<void> SqliteDeliveries::failed(const CallContext& context, const std::string& webhook, std::int64_t number,
                                      std::optional<WallTime> due_at, const std::string& why) {
  const std::int64_t now = millis(database_.clock().wall_now());
  return database_.write(context, [webhook, number, due_at, why, now](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto put, writer.prepare("UPDATE deliveries SET attempts = attempts + 1, due_at = ?3,"
                                                " died_at = ?4, why = ?5 WHERE webhook = ?1 AND notice = ?2"));
    put.bind(1, webhook).bind(2, number).bind(3, due_at ? millis(*due_at) : now).bind_text(5, why);
    due_at ? put.bind_null(4) : put.bind(4, now);
    SCALPER_TRY(put.run());
    return count_failure(writer, webhook, why);
  });
}

Result<void> SqliteDeliveries::disable(const CallContext& context, const std::string& webhook, const std::string& why) {
  const std::int64_t now = millis(database_.clock().wall_now());
  return database_.write(context, [webhook, why, now](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto put, writer.prepare("UPDATE webhooks SET disabled_at = ?2 WHERE id = ?1"));
    SCALPER_TRY(put.bind(1, webhook).bind(2, now).run());
    return count_failure(writer, webhook, why);
  });
}

Result<std::size_t> SqliteDeliveries::redeliver(const CallContext& context, const std::string& webhook,
                                                const std::string& id) {
  const auto count = std::make_shared<std::size_t>(0);
  const WallTime now = database_.clock().wall_now();
  SCALPER_TRY(database_.write(context, [webhook, id, now, count](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto lift, writer.prepare("UPDATE webhooks SET disabled_at = NULL WHERE id = ?1"));
    SCALPER_TRY(lift.bind(1, webhook).run());
    SCALPER_TRY_ASSIGN(*count,
                       id.empty() ? redeliver_all(writer, webhook, now) : redeliver_one(writer, webhook, id, now));
    return {};
  }));
  return *count;
}

Result<DeliveryState> SqliteDeliveries::state(const CallContext& context, const std::string& webhook) {
  DeliveryState state;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT disabled_at, delivered_at, why FROM webhooks WHERE id = ?1"));
    SCALPER_TRY_ASSIGN(const bool known, row.bind(1, webhook).step());
    if (!known) return {};
    if (!row.is_null(0)) state.disabled_at = WallTime{Millis{row.number(0)}};
    if (!row.is_null(1)) state.delivered_at = WallTime{Millis{row.number(1)}};
    state.why = row.bytes(2);
    SCALPER_TRY(read_counts(reader, webhook, state));
    return read_dead(reader, webhook, state);
  }));
  return state;
}

Result<void> SqliteDeliveries::forget(const CallContext& context) {
  return database_.write(context, [](SqliteConnection& writer) -> Result<void> {
    return writer.run("DELETE FROM deliveries WHERE notice NOT IN (SELECT number FROM outbox)");
  });
}

}  // namespace scalper
