#include <algorithm>
#include <string>

#include "base/escape.h"
#include "validate/formats/image.h"
#include "validate/formats/image_checker.h"

namespace scalper {
namespace {

constexpr std::size_t kFileHeader = 12;      // "RIFF", size, "WEBP"
constexpr std::size_t kChunkHeader = 8;      // name, size
constexpr std::size_t kAnimationFrame = 16;  // what stands before the chunks of a frame
constexpr std::size_t kLossyHeader = 10;
constexpr std::size_t kLosslessHeader = 5;
constexpr std::size_t kMostHeld = 16;  // of a chunk's beginning

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }
std::uint64_t little(std::string_view text, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8U | byte_of(text[at + i - 1]);
  return value;
}

struct Size {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

class WebpChecker final : public ImageChecker {
 public:
  explicit WebpChecker(const Layer& layer) : ImageChecker(layer) {}

  void finish() override {
    if (ended_) return;
    if (part_ != Part::kBehind) {
      return end("image.truncated",
                 "the picture ends before the size that it states: the upload was cut, send it again", at_);
    }
    if (!pictured_) end("image.structure", "the file holds no picture", 0);
  }

 private:
  enum class Part : std::uint8_t { kFileHeader, kChunkHeader, kBody, kBehind };

  void step(std::string_view& text) override {
    take(text);
    if (!ended_) settle();
  }

  void take(std::string_view& text) {
    switch (part_) {
      case Part::kFileHeader:
        if (collect(text, kFileHeader)) read_file_header();
        return;
      case Part::kChunkHeader:
        if (collect(text, kChunkHeader)) begin_chunk();
        return;
      case Part::kBody: return take_body(text);
      case Part::kBehind: return end("image.trailing", "bytes follow the size that the picture states", at_);
    }
  }

  void read_file_header() {
    const std::uint64_t size = little(held_, 4, 4);
    file_end_ = size + 8;
    if (size % 2 != 0 || file_end_ < kFileHeader + kChunkHeader) {
      return end("image.header", "the picture states a size that it cannot have", 4);
    }
    held_.clear();
    part_ = Part::kChunkHeader;
  }

  // Chunks of a frame of an animation lie within the frame's own.
  void begin_chunk() {
    name_ = held_.substr(0, 4);
    const std::uint64_t size = little(held_, 4, 4);
    chunk_at_ = next_at_;
    next_at_ = chunk_at_ + kChunkHeader + size + size % 2;
    held_.clear();
    if (next_at_ > (in_frame() ? frame_end_ : file_end_)) {
      return end("image.structure", "a chunk is longer than what it lies in", chunk_at_);
    }
    if (chunk_at_ == kFileHeader && name_ != "VP8 " && name_ != "VP8L" && name_ != "VP8X") {
      return end("image.structure", "the first chunk is not one of a picture", chunk_at_);
    }
    if (name_ == "ANMF" && in_frame()) return end("image.structure", "a frame lies within a frame", chunk_at_);
    if (name_ == "VP8X" && chunk_at_ != kFileHeader) {
      return end("image.structure", "the header of extensions does not come first", chunk_at_);
    }
    left_ = next_at_ - chunk_at_ - kChunkHeader;
    size_ = size;
    part_ = Part::kBody;
  }

  [[nodiscard]] bool in_frame() const { return chunk_at_ < frame_end_; }

  // What has no bytes left is behind us.
  void settle() {
    if (part_ == Part::kBody && left_ == 0) end_chunk();
    if (part_ == Part::kChunkHeader && held_.empty() && next_at_ == file_end_) part_ = Part::kBehind;
  }

  void take_body(std::string_view& text) {
    const std::string_view body = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size())));
    if (name_ == "ANMF") return take_frame_header(text);
    held_ += body.substr(0, std::min(body.size(), kMostHeld - std::min(held_.size(), kMostHeld)));
    text.remove_prefix(body.size());
    left_ -= body.size();
  }

  void take_frame_header(std::string_view& text) {
    if (size_ < kAnimationFrame) return end("image.structure", "a frame of the animation is too short", chunk_at_);
    if (!collect(text, kAnimationFrame)) return;
    const Size size{little(held_, 6, 3) + 1, little(held_, 9, 3) + 1};
    const Size place{little(held_, 0, 3) * 2, little(held_, 3, 3) * 2};
    held_.clear();
    if (!extended_ || place.width + size.width > canvas_.width || place.height + size.height > canvas_.height) {
      return end("image.header", "a frame of the animation is larger than the picture", chunk_at_);
    }
    frame_end_ = next_at_;
    next_at_ = chunk_at_ + kChunkHeader + kAnimationFrame;
    frame_ = size;
    part_ = Part::kChunkHeader;
    if (next_at_ == frame_end_) end("image.structure", "a frame of the animation is empty", chunk_at_);
  }

  void end_chunk() {
    part_ = Part::kChunkHeader;
    if (name_ == "VP8X") {
      read_extensions();
    } else if (name_ == "VP8 ") {
      read_lossy();
    } else if (name_ == "VP8L") {
      read_lossless();
    }
    held_.clear();
  }

  void read_extensions() {
    if (size_ != 10)
      return end("image.structure", "the header of extensions has a length that it cannot have", chunk_at_);
    extended_ = true;
    canvas_ = {little(held_, 4, 3) + 1, little(held_, 7, 3) + 1};
    check_picture_size(layer_, canvas_.width, canvas_.height, chunk_at_ + 12);
  }

  // RFC 6386, 9.1: a key frame, its start code, and 14 bits for each side.
  void read_lossy() {
    const bool begins = held_.size() >= 10 && (byte_of(held_[0]) & 1U) == 0 && held_.compare(3, 3, "\x9D\x01\x2A") == 0;
    if (!begins) return end("image.data", "the image data does not begin as lossy data has to", chunk_at_);
    // The first partition lies within the data, and another one behind it.
    const std::uint64_t partition = little(held_, 0, 3) >> 5U;
    if (partition == 0 || kLossyHeader + partition >= size_)
      return end("image.data", "the image data is shorter than it says", chunk_at_);
    found({little(held_, 6, 2) & 0x3FFFU, little(held_, 8, 2) & 0x3FFFU});
  }

  // RFC 9649, 3.4: a signature, 14 bits less one for each side, and a version.
  void read_lossless() {
    const bool begins = held_.size() >= 5 && held_[0] == '\x2F' && (byte_of(held_[4]) >> 5U) == 0;
    if (!begins) return end("image.data", "the image data does not begin as lossless data has to", chunk_at_);
    if (size_ <= kLosslessHeader) return end("image.data", "the image data is nothing but its header", chunk_at_);
    const std::uint64_t bits = little(held_, 1, 4);
    found({(bits & 0x3FFFU) + 1, ((bits >> 14U) & 0x3FFFU) + 1});
  }

  void found(Size size) {
    const bool within = chunk_at_ < frame_end_;
    if (!extended_ && pictured_) return;  // what follows a simple picture is ignored (2.5)
    pictured_ = true;
    if (!extended_) return check_picture_size(layer_, size.width, size.height, chunk_at_ + kChunkHeader);
    const Size& wanted = within ? frame_ : canvas_;
    if (size.width == wanted.width && size.height == wanted.height) return;
    end("image.header", "the image data has another size than the picture states", chunk_at_);
  }

  Part part_ = Part::kFileHeader;
  std::string name_;
  std::uint64_t chunk_at_ = 0;
  std::uint64_t next_at_ = kFileHeader;  // where the next chunk begins
  std::uint64_t left_ = 0;               // of the chunk, its padding included
  std::uint64_t size_ = 0;               // that the chunk states
  std::uint64_t file_end_ = 0;
  std::uint64_t frame_end_ = 0;  // of the frame that chunks lie in
  Size canvas_;
  Size frame_;
  bool extended_ = false;
  bool pictured_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_webp_checker(const Layer& layer) { return std::make_unique<WebpChecker>(layer); }

}  // namespace scalper
