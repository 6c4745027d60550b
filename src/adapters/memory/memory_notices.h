#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "ports/clock.h"
#include "ports/notices.h"

namespace scalper {

class MemoryNotices final : public Notices {
 public:
  explicit MemoryNotices(Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<void> publish(const CallContext&, const Notice& notice) override;

  // Each id once, in the order of its first telling.
  [[nodiscard]] std::vector<Notice> told();

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::set<std::string> ids_;
  std::vector<Notice> told_;
};

}  // namespace scalper
