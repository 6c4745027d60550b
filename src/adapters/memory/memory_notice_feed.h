#pragma once
// What MemoryNotices was told, numbered from 1.

#include <atomic>

#include "adapters/memory/memory_notices.h"
#include "ports/notice_feed.h"

namespace scalper {

class MemoryNoticeFeed final : public NoticeFeed {
 public:
  // The notices outlive it.
  explicit MemoryNoticeFeed(MemoryNotices& notices) : notices_(notices) {}

  [[nodiscard]] Result<std::uint64_t> newest(const CallContext&) override;
  [[nodiscard]] Result<NoticePage> after(const CallContext&, std::uint64_t number, std::size_t limit) override;
  // The first `count` are gone from here on.
  void forget(std::uint64_t count) { forgotten_ = count; }

 private:
  MemoryNotices& notices_;
  std::atomic<std::uint64_t> forgotten_{0};
};

}  // namespace scalper
