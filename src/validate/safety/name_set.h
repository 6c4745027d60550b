#pragma once
// The names of an archive's members, remembered as 128-bit keyed hashes (formats/json_key_hash.h): 16 bytes a name,
// taken from the budget as the set grows. Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "validate/formats/json_key_hash.h"
#include "validate/formats/reservation.h"

namespace scalper {

class NameSet {
 public:
  // `budget` outlives it.
  explicit NameSet(Budget& budget) : budget_(budget) {}

  enum class Answer : std::uint8_t {
    kNew,
    kThere,
    kFull,  // the budget has no memory for more
  };

  [[nodiscard]] Answer add(const KeyHash& name);
  [[nodiscard]] bool has(const KeyHash& name) const;

 private:
  [[nodiscard]] std::size_t slot_of(const KeyHash& name) const;
  [[nodiscard]] bool grow();

  Budget& budget_;
  std::optional<Reservation> held_;
  std::vector<KeyHash> slots_;  // open addressing; all zero = empty
  std::size_t count_ = 0;
};

}  // namespace scalper
