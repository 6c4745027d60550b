#pragma once
// What the local headers of a zip archive stated and what their data came to, 48 bytes a member, to be held against the
// directory at the end. Memory is taken from the budget as it grows. Belongs to one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "validate/formats/json_key_hash.h"
#include "validate/formats/reservation.h"

namespace scalper::zip {

struct Walked {
  KeyHash name;  // of the bytes as they stand there
  std::uint64_t offset : 48;
  std::uint64_t method : 16;
  std::uint64_t stored : 48;
  std::uint64_t flags : 16;
  std::uint64_t size : 48;
  std::uint64_t listed : 1;        // the directory has named it
  std::uint64_t link_leaves : 1;   // if it is a link, then one that leaves the archive
  std::uint64_t sizes_proven : 1;  // data was walked: the rest of what is here is what it came to
  std::uint32_t crc;
  std::uint32_t time;
};
static_assert(sizeof(Walked) == 48);

inline constexpr std::uint64_t kMostOffset = (std::uint64_t{1} << 48U) - 1;

class Index {
 public:
  // `budget` outlives it.
  explicit Index(Budget& budget) : budget_(budget) {}

  // In the order of offsets. False: the budget has no memory for another one.
  [[nodiscard]] bool add(const Walked& entry);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Walked& last() { return at(size_ - 1); }
  // By the offset of its local header; null: none begins there. Quick where asked in the order of the file.
  [[nodiscard]] Walked* find(std::uint64_t offset);
  // The first one that the directory did not name; null: there is none.
  [[nodiscard]] const Walked* unlisted() const;

 private:
  static constexpr std::size_t kBlock = 256;

  [[nodiscard]] Walked& at(std::size_t place) { return blocks_[place / kBlock][place % kBlock]; }

  Budget& budget_;
  std::vector<std::unique_ptr<Walked[]>> blocks_;
  std::vector<std::unique_ptr<Reservation>> held_;
  std::size_t size_ = 0;
  std::size_t next_ = 0;  // where the next one that is asked for probably lies
};

}  // namespace scalper::zip
