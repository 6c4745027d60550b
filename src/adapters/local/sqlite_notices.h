#pragma once
// Notices in the database's table `outbox`, for whoever delivers them.

#include <string>
#include <vector>

#include "adapters/local/sqlite_database.h"
#include "ports/notices.h"

namespace scalper {

struct WaitingNotice {
  std::int64_t number = 0;  // grows with each notice
  std::string id;
  std::string record_json;  // record_to_json()
  WallTime at{};
};

// Part of a write of the database; telling the same id twice is success.
[[nodiscard]] Result<void> add_notice(SqliteConnection& writer, const std::string& id, const std::string& record_json,
                                      WallTime at);

class SqliteNotices final : public Notices {
 public:
  // The database outlives it.
  explicit SqliteNotices(SqliteDatabase& database) : database_(database) {}

  [[nodiscard]] Result<void> publish(const CallContext&, const Notice& notice) override;

  // Those after `number` that nobody has delivered, in the order of their first telling, at most `limit`.
  [[nodiscard]] Result<std::vector<WaitingNotice>> waiting(const CallContext&, std::int64_t number, std::size_t limit);
  // Forgets what was told before `before`, at most `limit`; says how many. Nobody took them for that long.
  [[nodiscard]] Result<std::size_t> forget(const CallContext&, WallTime before, std::size_t limit);

 private:
  SqliteDatabase& database_;
};

}  // namespace scalper
