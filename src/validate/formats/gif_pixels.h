#pragma once
// The image data of a GIF: LZW codes of growing width (GIF89a, appendix F), counted and not drawn.

#include <array>
#include <cstdint>

namespace scalper {

class GifPixels {
 public:
  enum class Answer : std::uint8_t { kMore, kDone, kDamaged, kTooMany };

  // `code_size`: 2 to 8, as the data states. `pixels`: as many as there have to be.
  void begin(unsigned code_size, std::uint64_t pixels);
  // One byte of a sub-block. Behind kDone nothing is looked at.
  [[nodiscard]] Answer take(unsigned byte);
  [[nodiscard]] std::uint64_t missing() const { return left_; }

 private:
  static constexpr unsigned kMostBits = 12;
  static constexpr unsigned kNone = ~0U;

  [[nodiscard]] Answer decode(unsigned code);
  void clear();
  [[nodiscard]] std::uint32_t length_of(unsigned code) const { return code < clear_ ? 1 : lengths_[code]; }

  std::array<std::uint16_t, 1U << kMostBits> lengths_{};  // of the strings that codes stand for
  unsigned root_ = 2;
  unsigned clear_ = 4;
  unsigned next_ = 0;
  unsigned width_ = 3;
  unsigned before_ = kNone;
  std::uint32_t bits_ = 0;
  unsigned held_ = 0;  // bits
  std::uint64_t left_ = 0;
};

}  // namespace scalper
