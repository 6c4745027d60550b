#pragma once
// Keys are remembered as 128-bit hashes under a secret of the process: a polynomial over the prime field of 2^127 - 1,
// whose chance of a collision is below (length / 15 + 1) / 2^126 for keys chosen without knowing the secret. So
// membership counts as exact, and nobody can aim keys at one place of a table.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scalper {

struct KeyHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const KeyHash&, const KeyHash&) = default;
};

// The hash of one key that comes in pieces; the same however it is cut. Starts again after finish().
class KeyHasher {
 public:
  KeyHasher();

  void add(std::string_view piece);
  [[nodiscard]] KeyHash finish();

 private:
  static constexpr std::size_t kBlock = 15;

  void absorb(const char* bytes, std::size_t size);

  KeyHash point_;  // the secret
  KeyHash sum_;
  std::array<char, kBlock> partial_{};
  std::size_t partial_size_ = 0;
};

}  // namespace scalper
