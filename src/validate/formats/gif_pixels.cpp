#include "validate/formats/gif_pixels.h"

namespace scalper {

void GifPixels::begin(unsigned code_size, std::uint64_t pixels) {
  root_ = code_size;
  clear_ = 1U << code_size;
  left_ = pixels;
  bits_ = 0;
  held_ = 0;
  clear();
}

void GifPixels::clear() {
  width_ = root_ + 1;
  next_ = clear_ + 2;
  before_ = kNone;
}

GifPixels::Answer GifPixels::take(unsigned byte) {
  bits_ |= byte << held_;
  held_ += 8;
  while (held_ >= width_) {
    const unsigned code = bits_ & ((1U << width_) - 1);
    bits_ >>= width_;
    held_ -= width_;
    if (const Answer answer = decode(code); answer != Answer::kMore) return answer;
  }
  return Answer::kMore;
}

GifPixels::Answer GifPixels::decode(unsigned code) {
  if (code == clear_) {
    clear();
    return Answer::kMore;
  }
  if (code == clear_ + 1) return Answer::kDone;
  if (before_ == kNone) {
    if (code > clear_) return Answer::kDamaged;
  } else {
    const bool full = next_ >= lengths_.size();
    if (code > next_ || (code == next_ && full)) return Answer::kDamaged;
    if (!full) {
      lengths_[next_++] = static_cast<std::uint16_t>(length_of(before_) + 1);
      if (next_ == 1U << width_ && width_ < kMostBits) ++width_;
    }
  }
  before_ = code;
  if (length_of(code) > left_) return Answer::kTooMany;
  left_ -= length_of(code);
  return Answer::kMore;
}

}  // namespace scalper
