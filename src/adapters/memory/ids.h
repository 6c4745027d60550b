#pragma once
// Names that the memory adapters give: version ids, upload ids, receipts.

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace scalper {

enum class IdMode : std::uint8_t {
  kRandom,   // 128 random bits, as real stores do
  kCounted,  // 1, 2, 3 ...: equal runs give equal names
};

// Thread-safe.
class Ids {
 public:
  explicit Ids(IdMode mode);
  // `kind` is put in front: "v" -> "v17" or "v3f9a...".
  [[nodiscard]] std::string next(std::string_view kind);

 private:
  std::mutex mutex_;
  IdMode mode_;
  std::uint64_t count_ = 0;
  std::mt19937_64 random_;
};

}  // namespace scalper
