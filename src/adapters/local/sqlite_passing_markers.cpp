#include "adapters/local/sqlite_passing_markers.h"

#include <memory>
#include <utility>

namespace scalper {
namespace {

std::int64_t millis_of(WallTime time) { return time.time_since_epoch().count(); }

}  // namespace

Result<std::optional<PassingMarker>> SqlitePassingMarkers::get(const CallContext& context, const std::string& name) {
  std::optional<PassingMarker> found;
  const WallTime now = database_.clock().wall_now();
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT value, revision, forget_at FROM passing WHERE name = ?1"
                                                " AND forget_at > ?2"));
    SCALPER_TRY_ASSIGN(const bool there, row.bind(1, name).bind(2, millis_of(now)).step());
    if (there)
      found = PassingMarker{row.bytes(0), static_cast<std::uint64_t>(row.number(1)), WallTime{Millis{row.number(2)}}};
    return {};
  }));
  return found;
}

Result<void> SqlitePassingMarkers::put(const CallContext& context, const std::string& name, const std::string& value,
                                       WallTime forget_at, std::uint64_t expected) {
  SCALPER_TRY(check_passing(name, value));
  return database_.write(
      context,
      [name, value, forget_at, expected, now = database_.clock().wall_now()](SqliteConnection& writer) -> Result<void> {
        // Both name all five, so that one list of values serves them.
        SCALPER_TRY_ASSIGN(
            auto put,
            writer.prepare(expected == 0
                               ? "INSERT INTO passing (name, value, revision, forget_at) VALUES (?1, ?2, ?3 + 1, ?4)"
                                 " ON CONFLICT (name) DO UPDATE SET value = ?2, revision = ?3 + 1, forget_at = ?4"
                                 " WHERE passing.forget_at <= ?5"
                               : "UPDATE passing SET value = ?2, revision = ?3 + 1, forget_at = ?4"
                                 " WHERE name = ?1 AND revision = ?3 AND forget_at > ?5"));
        SCALPER_TRY(put.bind(1, name)
                        .bind(2, value)
                        .bind(3, static_cast<std::int64_t>(expected))
                        .bind(4, millis_of(forget_at))
                        .bind(5, millis_of(now))
                        .run());
        if (writer.changes() == 0) return Error(ErrorCode::kPreconditionFailed, "the marker has another revision");
        return {};
      });
}

Result<std::size_t> SqlitePassingMarkers::forget(const CallContext& context, WallTime now, std::size_t limit) {
  const auto gone = std::make_shared<std::size_t>(0);
  SCALPER_TRY(database_.write(context, [gone, now, limit](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM passing WHERE name IN (SELECT name FROM passing"
                                                  " WHERE forget_at <= ?1 ORDER BY forget_at LIMIT ?2)"));
    SCALPER_TRY(erase.bind(1, millis_of(now)).bind(2, static_cast<std::int64_t>(limit)).run());
    *gone = static_cast<std::size_t>(writer.changes());
    return {};
  }));
  return *gone;
}

}  // namespace scalper
