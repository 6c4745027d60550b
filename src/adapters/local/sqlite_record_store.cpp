#include "adapters/local/sqlite_record_store.h"

#include <utility>

#include "adapters/local/sqlite_notices.h"
#include "adapters/local/sqlite_record_rows.h"
#include "adapters/local/sqlite_statistics.h"
#include "model/record_json.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxRecord = 65536;

struct Stored {
  std::uint64_t revision = 0;
  OwnerToken owner;
  WallTime lease_until{};
  std::uint32_t epoch = 0;
  bool decided = false;
  bool is_final = false;
};

Result<std::optional<Stored>> find(SqliteConnection& writer, const FileId& id) {
  SCALPER_TRY_ASSIGN(auto row, writer.prepare("SELECT revision, owner, lease_until, epoch, decided, age IS NOT NULL"
                                              " FROM records WHERE id = ?1"));
  SCALPER_TRY_ASSIGN(const bool found, row.bind(1, id.value()).step());
  if (!found) return std::optional<Stored>{};
  Stored stored;
  stored.revision = static_cast<std::uint64_t>(row.number(0));
  stored.owner = OwnerToken{row.bytes(1)};
  stored.lease_until = WallTime{Millis{row.number(2)}};
  stored.epoch = static_cast<std::uint32_t>(row.number(3));
  stored.decided = row.number(4) != 0;
  stored.is_final = row.number(5) != 0;
  return std::optional(std::move(stored));
}

bool holds(const std::optional<Stored>& stored, const WriteGuard& guard) {
  if (guard.absent && stored) return false;
  const bool about_stored = guard.revision || guard.owner || guard.epoch || guard.undecided || guard.lease_over_at;
  if (!about_stored) return true;
  if (!stored) return false;
  if (guard.revision && stored->revision != *guard.revision) return false;
  if (guard.owner && stored->owner != *guard.owner) return false;
  if (guard.epoch && stored->epoch != *guard.epoch) return false;
  if (guard.undecided && stored->decided) return false;
  return !guard.lease_over_at || stored->owner.empty() || stored->lease_until <= *guard.lease_over_at;
}

Error guard_failed() { return {ErrorCode::kPreconditionFailed, "the record is not what the write expects"}; }

// A file counts once: with the write that ends its first epoch, or with an audit that writes its record again.
bool is_new_in_statistics(const std::optional<Stored>& stored, const Stored& next) {
  if (!next.is_final) return false;
  return stored ? !stored->is_final && next.epoch == 0 : true;
}

// What a row says beside the body: guards and indexes look at columns alone.
struct Row {
  FileId id;
  Stored guards;
  bool open = false;
  std::string status;
  std::string key;
  std::optional<WallTime> final_at;
  std::optional<WallTime> expires_at;
  std::string body;
};

Row row_of(const FileRecord& record, std::string body) {
  return {.id = record.id,
          .guards = {record.revision, record.owner, record.lease_until, record.epoch, record.decision.has_value(),
                     record.final_at.has_value()},
          .open = record.open,
          .status = std::string(to_string(record.status)),
          .key = record.origin.key.value(),
          .final_at = record.final_at,
          .expires_at = record.expires_at,
          .body = std::move(body)};
}

Result<void> write_row(SqliteConnection& writer, const Row& row) {
  SCALPER_TRY_ASSIGN(
      auto put,
      writer.prepare("INSERT INTO records (id, revision, owner, lease_until, epoch, decided, open, status, key, age,"
                     " expires_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
                     " ON CONFLICT (id) DO UPDATE SET revision = ?2, owner = ?3, lease_until = ?4, epoch = ?5,"
                     " decided = ?6, open = ?7, status = ?8, key = ?9, age = ?10, expires_at = ?11, body = ?12"));
  put.bind(1, row.id.value())
      .bind(2, static_cast<std::int64_t>(row.guards.revision))
      .bind(3, row.guards.owner.value())
      .bind(4, row.guards.lease_until.time_since_epoch().count())
      .bind(5, static_cast<std::int64_t>(row.guards.epoch))
      .bind(6, row.guards.decided ? 1 : 0)
      .bind(7, row.open ? 1 : 0)
      .bind_text(8, row.status)
      .bind(9, row.key)
      .bind_text(12, row.body);
  row.final_at ? put.bind(10, age_of(*row.final_at)) : put.bind_null(10);
  row.expires_at ? put.bind(11, row.expires_at->time_since_epoch().count()) : put.bind_null(11);
  return put.run();
}

}  // namespace

Result<std::optional<RecordRow>> find_record_row(SqliteConnection& reader, std::string_view id) {
  SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT body, lease_until FROM records WHERE id = ?1"));
  SCALPER_TRY_ASSIGN(const bool found, row.bind(1, id).step());
  if (!found) return std::optional<RecordRow>{};
  return std::optional(RecordRow{row.bytes(0), WallTime{Millis{row.number(1)}}});
}

Result<FileRecord> record_of(const RecordRow& row) {
  SCALPER_TRY_ASSIGN(FileRecord record, record_from_json(row.body));
  record.lease_until = row.lease_until;
  return record;
}

Result<std::optional<FileRecord>> SqliteRecordStore::get(const CallContext& context, const FileId& id) {
  std::optional<RecordRow> found;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(found, find_record_row(reader, id.value()));
    return {};
  }));
  if (!found) return std::optional<FileRecord>{};
  SCALPER_TRY_ASSIGN(FileRecord record, record_of(*found));
  return std::optional(std::move(record));
}

Result<void> SqliteRecordStore::put(const CallContext& context, const FileRecord& record, const WriteGuard& guard) {
  if (record.id.empty()) return Error(ErrorCode::kInvalidArgument, "a record has an id");
  std::string body = record_to_json(record);
  if (body.size() > kMaxRecord) return Error(ErrorCode::kInvalidArgument, "the record is larger than 64 KiB");
  // Final by a try of its epoch, or written again by an audit. A review that is withdrawn before its first try ends an
  // epoch as well, and leaves the verdict as it was.
  const bool reached = is_final(record) && (record.attempt > 0 || guard.absent);
  const bool tells = tells_ == TellsFinal::kInTheSameCommit && reached;
  const std::optional<Tally> tally = tallies_ == Tallies::kInTheSameCommit ? tally_of(record) : std::nullopt;
  return database_.write(
      context,
      [row = row_of(record, std::move(body)), guard, notice = tells ? notice_id(record) : std::string(), tally,
       now = database_.clock().wall_now()](SqliteConnection& writer) -> Result<void> {
        SCALPER_TRY_ASSIGN(const auto stored, find(writer, row.id));
        if (!holds(stored, guard)) return guard_failed();
        SCALPER_TRY(write_row(writer, row));
        if (tally && is_new_in_statistics(stored, row.guards)) SCALPER_TRY(SqliteStatistics::add(writer, *tally));
        return notice.empty() ? Result<void>{} : add_notice(writer, notice, row.body, now);
      });
}

Result<void> SqliteRecordStore::renew_lease(const CallContext& context, const FileId& id, const OwnerToken& owner,
                                            WallTime until) {
  return database_.write(context, [id, owner, until](SqliteConnection& writer) -> Result<void> {
    if (owner.empty()) return guard_failed();
    SCALPER_TRY_ASSIGN(auto renew, writer.prepare("UPDATE records SET lease_until = ?3 WHERE id = ?1 AND owner = ?2"));
    SCALPER_TRY(renew.bind(1, id.value()).bind(2, owner.value()).bind(3, until.time_since_epoch().count()).run());
    if (writer.changes() == 0) return guard_failed();
    return {};
  });
}

Result<void> SqliteRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  return database_.write(context, [id, guard](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(const auto stored, find(writer, id));
    if (!stored) return {};
    if (!holds(stored, guard)) return guard_failed();
    SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM records WHERE id = ?1"));
    return erase.bind(1, id.value()).run();
  });
}

Result<std::optional<Marker>> SqliteRecordStore::get_marker(const CallContext& context, const std::string& name) {
  std::optional<Marker> found;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT value, revision FROM markers WHERE name = ?1"));
    SCALPER_TRY_ASSIGN(const bool there, row.bind(1, name).step());
    if (there) found = Marker{row.bytes(0), static_cast<std::uint64_t>(row.number(1))};
    return {};
  }));
  return found;
}

Result<void> SqliteRecordStore::put_marker(const CallContext& context, const std::string& name,
                                           const std::string& value, std::uint64_t expected) {
  return database_.write(context, [name, value, expected](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(
        auto put,
        writer.prepare(
            expected == 0 ? "INSERT INTO markers (name, value, revision) VALUES (?1, ?2, ?3 + 1) ON CONFLICT DO NOTHING"
                          : "UPDATE markers SET value = ?2, revision = ?3 + 1 WHERE name = ?1 AND revision = ?3"));
    SCALPER_TRY(put.bind(1, name).bind(2, value).bind(3, static_cast<std::int64_t>(expected)).run());
    if (writer.changes() == 0) return Error(ErrorCode::kPreconditionFailed, "the marker has another revision");
    return {};
  });
}

Result<std::size_t> SqliteRecordStore::remove_expired(const CallContext& context, WallTime now, std::size_t limit,
                                                      const Keeps& keeps, WallTime then) {
  std::vector<FileId> over;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT id FROM records WHERE expires_at IS NOT NULL AND"
                                                 " expires_at <= ?1 ORDER BY expires_at LIMIT ?2"));
    rows.bind(1, now.time_since_epoch().count()).bind(2, static_cast<std::int64_t>(limit));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      over.emplace_back(rows.bytes(0));
    }
  }));
  std::vector<FileId> gone;
  for (const FileId& id : over) {
    const auto found = get(context, id);
    const bool unreadable = found.failed_with(ErrorCode::kCorrupt) || found.failed_with(ErrorCode::kUnsupported);
    if (!found.ok() && !unreadable) return found.error();
    if (!unreadable && !*found) continue;
    if (unreadable || !keeps(**found)) {
      gone.push_back(id);
      continue;
    }
    FileRecord kept = **found;
    kept.expires_at = then;
    ++kept.revision;
    // Not put(): its notice was told long ago, and the outbox has forgotten that.
    SCALPER_TRY(database_.write(context, [row = row_of(kept, record_to_json(kept))](SqliteConnection& writer) {
      const auto stored = find(writer, row.id);
      if (!stored.ok()) return Result<void>(stored.error());
      const bool same = *stored && (*stored)->revision + 1 == row.guards.revision;
      return same ? write_row(writer, row) : Result<void>();
    }));
  }
  SCALPER_TRY(database_.write(context, [gone, now](SqliteConnection& writer) -> Result<void> {
    for (const FileId& id : gone) {  // unless somebody has begun with it meanwhile
      SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM records WHERE id = ?1 AND expires_at <= ?2"));
      SCALPER_TRY(erase.bind(1, id.value()).bind(2, now.time_since_epoch().count()).run());
    }
    return {};
  }));
  return over.size();
}

Result<void> SqliteRecordStore::void_leases(const CallContext& context) {
  return database_.write(context, [](SqliteConnection& writer) -> Result<void> {
    // One under review has the time of the verdict before, and is open. The indexes are named, so that neither is ever
    // done by a walk over the history.
    for (const char* const of : {"INDEXED BY records_unfinished SET lease_until = 0 WHERE age IS NULL",
                                 "INDEXED BY records_open SET lease_until = 0 WHERE open = 1"}) {
      SCALPER_TRY_ASSIGN(auto end,
                         writer.prepare(std::string("UPDATE records ") + of + " AND owner <> x'' AND lease_until > 0"));
      SCALPER_TRY(end.run());
    }
    return {};
  });
}

}  // namespace scalper
