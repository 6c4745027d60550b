#pragma once
// The audit trail: entries are added and read, and by nobody changed or removed. Cost never grows with its length. Safe
// from many threads.
//
// Errors: kInvalidArgument (bad cursor or limit), kThrottled, kTimeout, kUnavailable, kNoSpace, kCorrupt, kCancelled.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/audit_entry.h"
#include "ports/call_context.h"

namespace scalper {

struct AuditPage {
  std::vector<AuditEntry> entries;  // newest first
  std::string next_cursor;          // empty: the end. Opaque; altered or foreign ones are kInvalidArgument
};

inline constexpr std::size_t kMaxAuditPage = 100;

class AuditLog {
 public:
  virtual ~AuditLog() = default;

  // Durable once it answers. After kTimeout and kUnavailable it may be there, once; repeated it is there twice.
  [[nodiscard]] virtual Result<void> append(const CallContext&, const AuditEntry& entry) = 0;

  // 1 <= limit <= kMaxAuditPage. May lag behind append(); entries of one process stand in the order it wrote them.
  [[nodiscard]] virtual Result<AuditPage> list(const CallContext&, std::size_t limit, const std::string& cursor) = 0;
};

}  // namespace scalper
