#include "adapters/memory/memory_notices.h"

#include "ports/may_begin.h"

namespace scalper {

Result<void> MemoryNotices::publish(const CallContext& context, const Notice& notice) {
  SCALPER_TRY(may_begin(context, clock_));
  if (notice.id.empty()) return Error{ErrorCode::kInvalidArgument, "a notice has an id"};
  const std::lock_guard lock(mutex_);
  if (ids_.insert(notice.id).second) told_.push_back(notice);
  return {};
}

std::vector<Notice> MemoryNotices::told() {
  const std::lock_guard lock(mutex_);
  return told_;
}

}  // namespace scalper
