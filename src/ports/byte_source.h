#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/result.h"
#include "ports/call_context.h"

namespace scalper {

// Bytes in order, once. Belongs to one thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `into` (which must not be empty) and says how many bytes; 0 = the end. May give fewer than
  // asked. A source that ends before its declared length is an Error kCorrupt, never a short file.
  [[nodiscard]] virtual Result<std::size_t> read(const CallContext& context, MutableBytes into) = 0;
};

}  // namespace scalper
