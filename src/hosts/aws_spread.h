#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace scalper::aws {

// Calls work(0) to work(count - 1) on up to `threads` threads, the calling one among them, and returns when all are
// done. What one of them throws is thrown again here, once all others have ended.
void spread(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

// Files at once that fit a function's memory, 1 to 10.
[[nodiscard]] unsigned threads_for_memory(std::uint64_t mebibytes);

}  // namespace scalper::aws
