#pragma once
// Reading an object to its end, in chunks, while the lease is kept.

#include <cstdint>
#include <memory>

#include "pipeline/claimed.h"
#include "ports/object_store.h"

namespace scalper {

inline constexpr std::size_t kReadChunk = std::size_t{64} * 1024;

// Feeds every byte of `body` to `sink`, keeps the lease, and says how many there were.
template <class Sink>
[[nodiscard]] Result<std::uint64_t> drain(Gate& gate, const CallContext& context, Claimed& claimed, ByteSource& body,
                                          const Sink& sink) {
  const auto room = std::make_unique_for_overwrite<std::byte[]>(kReadChunk);  // a small file leaves most untouched
  const MutableBytes chunk{room.get(), kReadChunk};
  std::uint64_t total = 0;
  for (;;) {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
    SCALPER_TRY(keep_lease(gate, context, claimed));
    SCALPER_TRY_ASSIGN(const std::size_t got, body.read(context, chunk));
    if (got == 0) return total;
    total += got;
    sink(Bytes{chunk}.first(got));
  }
}

// What arrived must be what the store says it keeps: a short or flipped read is an error, never a verdict.
[[nodiscard]] Result<void> check_transfer(const Verdict& verdict, const ObjectInfo& info);

}  // namespace scalper
