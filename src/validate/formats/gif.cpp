#include <algorithm>
#include <string>
#include <utility>

#include "validate/formats/gif_pixels.h"
#include "validate/formats/image.h"
#include "validate/formats/image_checker.h"

namespace scalper {
namespace {

constexpr std::size_t kHeader = 13;  // signature and logical screen (17, 18)
constexpr std::size_t kFrame = 9;    // an image descriptor behind its separator (20)

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }
std::uint64_t pair_of(std::string_view text, std::size_t at) { return byte_of(text[at]) | byte_of(text[at + 1]) << 8U; }
// Bytes of the colour table that `flags` announce; 0 = none.
std::uint64_t table_size(unsigned flags) { return (flags & 0x80U) != 0 ? std::uint64_t{3} << ((flags & 7U) + 1) : 0; }

class GifChecker final : public ImageChecker {
 public:
  explicit GifChecker(const Layer& layer) : ImageChecker(layer) {}

  void finish() override {
    if (ended_ || part_ == Part::kBehind) return;
    end_cut();
  }

 private:
  enum class Part : std::uint8_t {
    kHeader,
    kTable,
    kBlock,
    kLabel,
    kSubBlock,
    kSubBlockBody,
    kFrame,
    kCodeSize,
    kBehind
  };

  void step(std::string_view& text) override {
    switch (part_) {
      case Part::kHeader:
        if (collect(text, kHeader)) read_header();
        return;
      case Part::kTable: return skip_table(text);
      case Part::kBlock: return begin_block(take(text));
      case Part::kLabel:
        take(text);
        part_ = Part::kSubBlock;
        return;
      case Part::kSubBlock: return begin_sub_block(take(text));
      case Part::kSubBlockBody: return take_sub_block(text);
      case Part::kFrame:
        if (collect(text, kFrame)) read_frame();
        return;
      case Part::kCodeSize: return begin_pixels(take(text));
      case Part::kBehind: return end("image.trailing", "bytes follow the picture's end marker", at_);
    }
  }

  static unsigned take(std::string_view& text) {
    const unsigned byte = byte_of(text[0]);
    text.remove_prefix(1);
    return byte;
  }

  void read_header() {
    width_ = pair_of(held_, 6);
    height_ = pair_of(held_, 8);
    check_picture_size(layer_, width_, height_, 6);
    ended_ = width_ == 0 || height_ == 0;
    begin_table(byte_of(held_[10]), Part::kBlock);
  }

  void begin_table(unsigned flags, Part behind) {
    left_ = table_size(flags);
    behind_table_ = behind;
    part_ = left_ > 0 ? Part::kTable : behind;
    held_.clear();
  }
  void skip_table(std::string_view& text) {
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size()));
    text.remove_prefix(taken);
    left_ -= taken;
    if (left_ == 0) part_ = behind_table_;
  }

  void begin_block(unsigned kind) {
    if (kind == 0x3B) {
      if (!pictured_) return end("image.structure", "the file ends before any picture", at_);
      part_ = Part::kBehind;
    } else if (kind == 0x21) {
      part_ = Part::kLabel;
      in_pixels_ = false;
    } else if (kind == 0x2C) {
      frame_at_ = at_;
      part_ = Part::kFrame;
      held_.clear();
    } else {
      end("image.structure", "no block of a GIF begins here", at_);
    }
  }

  void read_frame() {
    const std::uint64_t left = pair_of(held_, 0);
    const std::uint64_t top = pair_of(held_, 2);
    const std::uint64_t width = pair_of(held_, 4);
    const std::uint64_t height = pair_of(held_, 6);
    if (width == 0 || height == 0) {
      return end("image.header", "a picture within the file says that it has a width or height of zero", frame_at_);
    }
    if (left + width > width_ || top + height > height_) {
      return end("image.header", "a picture within the file is larger than the file says", frame_at_);
    }
    pixels_wanted_ = width * height;
    begin_table(byte_of(held_[8]), Part::kCodeSize);
  }

  void begin_pixels(unsigned code_size) {
    if (code_size < 2 || code_size > 8) {
      return end("image.data", "the image data begins with a code size that does not exist", at_);
    }
    pixels_.begin(code_size, pixels_wanted_);
    in_pixels_ = true;
    pixels_done_ = false;
    part_ = Part::kSubBlock;
  }

  void begin_sub_block(unsigned size) {
    left_ = size;
    if (size > 0) {
      part_ = Part::kSubBlockBody;
      return;
    }
    part_ = Part::kBlock;
    if (!in_pixels_) return;
    if (pixels_.missing() > 0) return end("image.data", "the image data ends before the last pixel", frame_at_);
    pictured_ = true;
  }

  void take_sub_block(std::string_view& text) {
    const std::string_view body = text.substr(0, static_cast<std::size_t>(left_));
    if (in_pixels_) take_pixels(body);
    text.remove_prefix(body.size());
    left_ -= body.size();
    if (left_ == 0) part_ = Part::kSubBlock;
  }

  void take_pixels(std::string_view body) {
    for (const char c : body) {
      if (pixels_done_) return report_surplus();
      const GifPixels::Answer answer = pixels_.take(byte_of(c));
      if (answer == GifPixels::Answer::kMore) continue;
      pixels_done_ = true;
      if (answer == GifPixels::Answer::kDamaged) end("image.data", "the image data cannot be decoded", frame_at_);
      if (answer == GifPixels::Answer::kTooMany)
        end("image.data", "the image data goes on behind the last pixel", frame_at_);
      if (ended_) return;
    }
  }

  // Readers stop at the end code: what follows in the sub-blocks shows nowhere.
  void report_surplus() {
    if (std::exchange(surplus_, true)) return;
    report_at(layer_, "image.surplus", "bytes follow the end of the image data within its blocks", frame_at_);
  }

  Part part_ = Part::kHeader;
  Part behind_table_ = Part::kBlock;
  GifPixels pixels_;
  std::uint64_t frame_at_ = 0;  // where the current picture begins
  std::uint64_t left_ = 0;      // of a table or sub-block
  std::uint64_t width_ = 0;
  std::uint64_t height_ = 0;
  std::uint64_t pixels_wanted_ = 0;
  bool in_pixels_ = false;  // the sub-blocks are image data
  bool pixels_done_ = false;
  bool pictured_ = false;
  bool surplus_ = false;  // was said
};

}  // namespace

std::unique_ptr<Checker> make_gif_checker(const Layer& layer) { return std::make_unique<GifChecker>(layer); }

}  // namespace scalper
