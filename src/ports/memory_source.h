#pragma once

#include <algorithm>

#include "ports/byte_source.h"

namespace scalper {

// Bytes that are in memory already. Borrows them.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : rest_(bytes) {}

  Result<std::size_t> read(const CallContext& /*context*/, MutableBytes into) override {
    const std::size_t count = std::min(into.size(), rest_.size());
    std::copy_n(rest_.begin(), count, into.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  Bytes rest_;
};

}  // namespace scalper
