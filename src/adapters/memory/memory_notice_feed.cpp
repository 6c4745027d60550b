#include "adapters/memory/memory_notice_feed.h"

#include <algorithm>

namespace scalper {

Result<std::uint64_t> MemoryNoticeFeed::newest(const CallContext&) { return notices_.told().size(); }

Result<NoticePage> MemoryNoticeFeed::after(const CallContext&, std::uint64_t number, std::size_t limit) {
  if (limit < 1 || limit > kMaxNoticePage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 100 notices");
  const auto told = notices_.told();
  const std::uint64_t gone = std::min<std::uint64_t>(forgotten_, told.size());
  NoticePage page;
  page.gap = number > told.size() || number < gone;
  page.read_to = std::clamp<std::uint64_t>(number, gone, told.size());
  while (page.read_to < told.size() && page.notices.size() < limit) {
    const Notice& notice = told[page.read_to];
    page.notices.push_back({++page.read_to, notice});
  }
  return page;
}

}  // namespace scalper
