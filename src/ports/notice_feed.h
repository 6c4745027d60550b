#pragma once
// Final verdicts in the order of their telling, to be read on from a place. Safe from many threads.
//
// Errors: kInvalidArgument (limit), kTimeout, kUnavailable, kCorrupt, kCancelled.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "ports/call_context.h"
#include "ports/notices.h"

namespace scalper {

struct ToldNotice {
  std::uint64_t number = 0;  // grows with each notice, not by ones; never 0
  Notice notice;
};

struct NoticePage {
  std::vector<ToldNotice> notices;  // oldest first
  std::uint64_t read_to = 0;        // where the next page begins
  bool gap = false;  // between `after` and these some may be missing: they are forgotten by now, or cannot be read
};

inline constexpr std::size_t kMaxNoticePage = 100;

class NoticeFeed {
 public:
  virtual ~NoticeFeed() = default;

  // The number of what was told last, kept or not; 0 before the first.
  [[nodiscard]] virtual Result<std::uint64_t> newest(const CallContext&) = 0;

  // What was told after the notice of that number; 1 <= limit <= kMaxNoticePage, and fewer than that are all there
  // are. A number that was never given out (of another gate, or of a lost database) is a gap, and `read_to` goes back.
  [[nodiscard]] virtual Result<NoticePage> after(const CallContext&, std::uint64_t number, std::size_t limit) = 0;
};

}  // namespace scalper
