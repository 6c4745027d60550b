#pragma once
// The audit trail in the database's table `audit`, which refuses every change of what is in it.

#include "adapters/local/sqlite_database.h"
#include "model/page_cursor.h"
#include "ports/audit_log.h"

namespace scalper {

class SqliteAuditLog final : public AuditLog {
 public:
  // The database outlives it.
  explicit SqliteAuditLog(SqliteDatabase& database) : database_(database), cursors_(database.cursor_secret()) {}

  [[nodiscard]] Result<void> append(const CallContext&, const AuditEntry& entry) override;
  [[nodiscard]] Result<AuditPage> list(const CallContext&, std::size_t limit, const std::string& cursor) override;

 private:
  SqliteDatabase& database_;
  const PageCursors cursors_;
};

}  // namespace scalper
