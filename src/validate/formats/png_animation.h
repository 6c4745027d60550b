#pragma once
// The animation of a PNG (third edition, 11.3.5: acTL, fcTL, fdAT): as many frames as it says, numbered without a gap,
// within the picture, and the data of each decoded to its last row. Chunks of a picture without acTL are nobody's.
// Belongs to one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "validate/budget.h"
#include "validate/formats/png_pixels.h"

namespace scalper {

class PngAnimation {
 public:
  struct Fault {
    std::string_view code;
    std::string_view message;
  };
  using Wrong = std::optional<Fault>;

  // `windows` outlives it. `most`: decoded bytes of all frames.
  PngAnimation(Budget& windows, std::uint64_t most) : windows_(windows), left_(most) {}

  // A chunk of `length` bytes begins. `header`: of the picture; `data`: whether its image data has begun.
  [[nodiscard]] Wrong begin(std::string_view type, std::uint64_t length, const PngHeader& header, bool data);
  // Its body, in any pieces.
  [[nodiscard]] Wrong feed(Bytes body);
  // The body is whole.
  [[nodiscard]] Wrong end();

 private:
  enum class Kind : std::uint8_t { kOther, kControl, kFrame, kData };

  [[nodiscard]] Wrong begin_last() const;
  [[nodiscard]] Wrong read_control();
  [[nodiscard]] Wrong read_frame();
  [[nodiscard]] Wrong read_number(std::uint32_t number);
  [[nodiscard]] Wrong take_pixels(Bytes body);
  [[nodiscard]] Wrong begin_pixels();

  Budget& windows_;
  std::uint64_t left_;
  Kind kind_ = Kind::kOther;
  std::string held_;
  PngHeader picture_;
  PngHeader frame_;
  bool data_ = false;      // the current chunk stands behind the beginning of the image data
  bool animated_ = false;  // acTL was there
  bool framed_ = false;    // a frame has begun whose data stands in fdAT
  bool first_ = false;     // the image data is the first frame
  bool done_ = true;       // the frame's data has ended
  std::uint32_t wanted_ = 0;
  std::uint32_t frames_ = 0;
  std::uint32_t number_ = 0;  // of the next chunk
  std::optional<PngPixels> pixels_;
};

}  // namespace scalper
