#pragma once
// Records in SQLite. Listings walk an index from a position on, so that a page costs the same at any length of history.

#include <cstdint>
#include <functional>

#include "adapters/local/sqlite_database.h"
#include "model/page_cursor.h"
#include "ports/record_store.h"

namespace scalper {

// Whether a final record and its notice are one commit. Where the source is gone with the move (one machine) nothing is
// left that would bring a file back whose gate died between the two.
enum class TellsFinal : std::uint8_t { kNo, kInTheSameCommit };

// Whether a file is added to the statistics in the commit that makes it final. Their table is made by
// SqliteStatistics::open(), before the first write.
enum class Tallies : std::uint8_t { kNo, kInTheSameCommit };

class SqliteRecordStore final : public RecordStore {
 public:
  // The database outlives the store.
  explicit SqliteRecordStore(SqliteDatabase& database, TellsFinal tells = TellsFinal::kNo,
                             Tallies tallies = Tallies::kNo)
      : database_(database), cursors_(database.cursor_secret()), tells_(tells), tallies_(tallies) {}

  [[nodiscard]] Result<std::optional<FileRecord>> get(const CallContext&, const FileId& id) override;
  [[nodiscard]] Result<void> put(const CallContext&, const FileRecord& record, const WriteGuard& guard) override;
  [[nodiscard]] Result<void> renew_lease(const CallContext&, const FileId& id, const OwnerToken& owner,
                                         WallTime until) override;
  [[nodiscard]] Result<RecordPage> list(const CallContext&, const RecordQuery& query) override;
  [[nodiscard]] Result<void> remove(const CallContext&, const FileId& id, const WriteGuard& guard) override;
  [[nodiscard]] Result<std::optional<Marker>> get_marker(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put_marker(const CallContext&, const std::string& name, const std::string& value,
                                        std::uint64_t expected) override;

  // What no other port asks for:
  // Forgets records whose retention is over, at most `limit`; says how many were looked at. Repeated while it answers
  // `limit`. Those that `keeps` wants are put off to `then`.
  using Keeps = std::function<bool(const FileRecord&)>;
  [[nodiscard]] Result<std::size_t> remove_expired(const CallContext&, WallTime now, std::size_t limit,
                                                   const Keeps& keeps, WallTime then);
  // At start, under the folder's lock: no process that owned a lease is alive.
  [[nodiscard]] Result<void> void_leases(const CallContext&);

 private:
  SqliteDatabase& database_;
  const PageCursors cursors_;
  const TellsFinal tells_;
  const Tallies tallies_;
};

}  // namespace scalper
