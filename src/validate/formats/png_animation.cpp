#include "validate/formats/png_animation.h"

#include <algorithm>

namespace scalper {
namespace {

constexpr std::size_t kControlSize = 8;
constexpr std::size_t kFrameSize = 26;
constexpr std::size_t kNumberSize = 4;
constexpr unsigned kDisposals = 3;
constexpr unsigned kBlends = 2;

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(at, kNumberSize)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

PngAnimation::Fault structure(std::string_view message) { return {"image.structure", message}; }

}  // namespace

PngAnimation::Wrong PngAnimation::begin(std::string_view type, std::uint64_t length, const PngHeader& header,
                                        bool data) {
  kind_ = Kind::kOther;
  held_.clear();
  picture_ = header;
  data_ = data;
  if (type == "acTL") {
    if (animated_ || data) return structure("the header of the animation stands twice, or behind the image data");
    if (length != kControlSize) return structure("the header of the animation has a length that it cannot have");
    animated_ = true;
    kind_ = Kind::kControl;
  } else if (animated_ && type == "fcTL") {
    if (length != kFrameSize) return structure("a frame of the animation has a length that it cannot have");
    if (!done_) return structure("a frame of the animation ends before its last row");
    kind_ = Kind::kFrame;
  } else if (animated_ && type == "fdAT") {
    if (length <= kNumberSize) return structure("the data of a frame has a length that it cannot have");
    if (!framed_) return structure("the data of a frame comes before the frame");
    kind_ = Kind::kData;
  } else if (animated_ && type == "IEND") {
    return begin_last();
  }
  return std::nullopt;
}

PngAnimation::Wrong PngAnimation::begin_last() const {
  if (!done_) return structure("a frame of the animation ends before its last row");
  if (frames_ != wanted_) return structure("the animation has another number of frames than it says");
  return std::nullopt;
}

PngAnimation::Wrong PngAnimation::feed(Bytes body) {
  if (kind_ == Kind::kOther) return std::nullopt;
  const std::size_t most = kind_ == Kind::kData ? kNumberSize : kFrameSize;
  const std::size_t taken = std::min(body.size(), most - held_.size());
  held_ += as_text(body.first(taken));
  if (kind_ != Kind::kData || held_.size() < kNumberSize) return std::nullopt;
  if (taken > 0) {
    if (const Wrong wrong = read_number(big_endian(held_, 0))) return wrong;
  }
  return take_pixels(body.subspan(taken));
}

PngAnimation::Wrong PngAnimation::end() {
  if (kind_ == Kind::kControl) return read_control();
  return kind_ == Kind::kFrame ? read_frame() : std::nullopt;
}

PngAnimation::Wrong PngAnimation::read_control() {
  wanted_ = big_endian(held_, 0);
  if (wanted_ == 0) return structure("the animation says that it has no frames");
  return std::nullopt;
}

PngAnimation::Wrong PngAnimation::read_number(std::uint32_t number) {
  if (number != number_++) return structure("the parts of the animation are not numbered in their order");
  return std::nullopt;
}

PngAnimation::Wrong PngAnimation::read_frame() {
  if (const Wrong wrong = read_number(big_endian(held_, 0))) return wrong;
  frame_ = picture_;
  frame_.width = big_endian(held_, 4);
  frame_.height = big_endian(held_, 8);
  const std::uint64_t right = std::uint64_t{frame_.width} + big_endian(held_, 12);
  const std::uint64_t bottom = std::uint64_t{frame_.height} + big_endian(held_, 16);
  if (frame_.width == 0 || frame_.height == 0 || right > picture_.width || bottom > picture_.height)
    return Fault{"image.header", "a frame of the animation has no size, or is larger than the picture"};
  if (static_cast<unsigned char>(held_[24]) >= kDisposals || static_cast<unsigned char>(held_[25]) >= kBlends)
    return Fault{"image.header", "a frame of the animation names an operation that PNG does not have"};
  ++frames_;
  if (!data_) {
    if (first_ || frame_.width != picture_.width || frame_.height != picture_.height)
      return structure("the frame before the image data is not the picture itself");
    first_ = true;
    return std::nullopt;
  }
  framed_ = true;
  done_ = false;
  return begin_pixels();
}

PngAnimation::Wrong PngAnimation::begin_pixels() {
  const std::uint64_t bytes = frame_.pixel_bytes();
  if (bytes > left_)
    return Fault{"archive.total", "its frames decode to more bytes than the contract allows (`archive.max_total`)"};
  left_ -= bytes;
  pixels_.reset();
  pixels_.emplace(frame_, windows_);
  if (pixels_->granted()) return std::nullopt;
  return Fault{"limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`"};
}

PngAnimation::Wrong PngAnimation::take_pixels(Bytes body) {
  if (done_) {
    if (body.empty()) return std::nullopt;
    return Fault{"image.data", "the data of a frame goes on behind its end"};
  }
  if (body.empty()) return std::nullopt;
  using Answer = PngPixels::Answer;
  switch (pixels_->feed(body)) {
    case Answer::kMore: return std::nullopt;
    case Answer::kDone: done_ = true; return body.empty() ? Wrong() : take_pixels(body);
    case Answer::kNoMemory: return Fault{"", "memory"};
    case Answer::kTooFew: return Fault{"image.data", "the data of a frame ends before its last row"};
    case Answer::kTooMany: return Fault{"image.data", "the data of a frame goes on behind its last row"};
    default: break;
  }
  return Fault{"image.data", "the data of a frame cannot be decoded"};
}

}  // namespace scalper
