#pragma once
// The audit trail in a list. Everything is gone with the process.

#include <mutex>
#include <vector>

#include "adapters/memory/ids.h"
#include "model/page_cursor.h"
#include "ports/audit_log.h"
#include "ports/clock.h"

namespace scalper {

class MemoryAuditLog final : public AuditLog {
 public:
  // The clock serves deadlines alone.
  explicit MemoryAuditLog(Clock& clock, IdMode ids = IdMode::kRandom) : clock_(clock), cursors_(Ids(ids).next("a")) {}

  [[nodiscard]] Result<void> append(const CallContext&, const AuditEntry& entry) override;
  [[nodiscard]] Result<AuditPage> list(const CallContext&, std::size_t limit, const std::string& cursor) override;

 private:
  Clock& clock_;
  const PageCursors cursors_;
  std::mutex mutex_;
  std::vector<std::string> entries_;  // as text, oldest first
};

}  // namespace scalper
