#include "adapters/local/sqlite_notices.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "model/record_json.h"
#include "ports/may_begin.h"

namespace scalper {

Result<void> add_notice(SqliteConnection& writer, const std::string& id, const std::string& record_json, WallTime at) {
  SCALPER_TRY_ASSIGN(auto add, writer.prepare("INSERT INTO outbox (id, body, at) VALUES (?1, ?2, ?3)"
                                              " ON CONFLICT (id) DO NOTHING"));
  return add.bind(1, id).bind_text(2, record_json).bind(3, at.time_since_epoch().count()).run();
}

Result<void> SqliteNotices::publish(const CallContext& context, const Notice& notice) {
  SCALPER_TRY(may_begin(context, database_.clock()));
  if (notice.id.empty()) return Error(ErrorCode::kInvalidArgument, "a notice has an id");
  return database_.write(context,
                         [id = notice.id, body = record_to_json(notice.record), now = database_.clock().wall_now()](
                             SqliteConnection& writer) { return add_notice(writer, id, body, now); });
}

Result<std::vector<WaitingNotice>> SqliteNotices::waiting(const CallContext& context, std::int64_t number,
                                                          std::size_t limit) {
  std::vector<WaitingNotice> found;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT number, id, body, at FROM outbox WHERE delivered_at IS NULL"
                                                 " AND number > ?1 ORDER BY number LIMIT ?2"));
    rows.bind(1, number).bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      found.push_back({rows.number(0), rows.bytes(1), rows.bytes(2), WallTime{Millis{rows.number(3)}}});
    }
  }));
  return found;
}

Result<std::size_t> SqliteNotices::forget(const CallContext& context, WallTime before, std::size_t limit) {
  const auto gone = std::make_shared<std::size_t>(0);
  SCALPER_TRY(database_.write(context, [gone, before, limit](SqliteConnection& writer) -> Result<void> {
    // In the order of telling: the first that is young ends it, without a look at the rest.
    SCALPER_TRY_ASSIGN(auto erase,
                       writer.prepare("DELETE FROM outbox WHERE number IN"
                                      " (SELECT number FROM (SELECT number, at FROM outbox ORDER BY number LIMIT ?2)"
                                      " WHERE at < ?1)"));
    SCALPER_TRY(erase.bind(1, before.time_since_epoch().count())
                    .bind(2, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)))
                    .run());
    *gone = static_cast<std::size_t>(writer.changes());
    return {};
  }));
  return *gone;
}

}  // namespace scalper
