#pragma once
// The table `outbox`, read in its order, whether or not somebody has delivered what stands there.

#include "adapters/local/sqlite_database.h"
#include "ports/notice_feed.h"

namespace scalper {

class SqliteNoticeFeed final : public NoticeFeed {
 public:
  // The database outlives it.
  explicit SqliteNoticeFeed(SqliteDatabase& database) : database_(database) {}

  [[nodiscard]] Result<std::uint64_t> newest(const CallContext&) override;
  [[nodiscard]] Result<NoticePage> after(const CallContext&, std::uint64_t number, std::size_t limit) override;

 private:
  SqliteDatabase& database_;
};

}  // namespace scalper
