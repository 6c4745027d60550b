#include "adapters/memory/memory_audit_log.h"

#include <algorithm>
#include <charconv>

#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr const char* kScope = "audit";

}  // namespace

Result<void> MemoryAuditLog::append(const CallContext& context, const AuditEntry& entry) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  entries_.push_back(audit_entry_to_json(entry));
  return {};
}

Result<AuditPage> MemoryAuditLog::list(const CallContext& context, std::size_t limit, const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  if (limit < 1 || limit > kMaxAuditPage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 100 entries");
  const std::lock_guard lock(mutex_);
  std::size_t behind = entries_.size();  // this one and what is newer was shown
  if (!cursor.empty()) {
    const auto position = cursors_.decode(kScope, cursor);
    if (!position || position->size() != 1)
      return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this list");
    const std::string& digits = position->front();
    std::from_chars(digits.data(), digits.data() + digits.size(), behind);
    behind = std::min(behind, entries_.size());
  }
  AuditPage page;
  for (; behind > 0 && page.entries.size() < limit; --behind) {
    SCALPER_TRY_ASSIGN(AuditEntry entry, audit_entry_from_json(entries_[behind - 1]));
    page.entries.push_back(std::move(entry));
  }
  if (behind > 0) page.next_cursor = cursors_.encode(kScope, {std::to_string(behind)});
  return page;
}

}  // namespace scalper
