#include <algorithm>
#include <optional>
#include <string>

#include "base/escape.h"
#include "digest/crc32.h"
#include "validate/formats/image.h"
#include "validate/formats/png_animation.h"
#include "validate/formats/png_pixels.h"

namespace scalper {
namespace {

constexpr std::size_t kSignature = 8;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kSum = 4;
constexpr std::size_t kMostHeld = 768;  // a palette: what is looked at as a whole
constexpr std::uint32_t kMostLength = 0x7FFFFFFF;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

class PngChecker final : public Checker {
 public:
  explicit PngChecker(const Layer& layer)
      : layer_(layer), animation_(*layer.decoders, layer.settings->archive.max_total) {}

  FeedAnswer feed(Bytes chunk) override {
    while (!chunk.empty() && !ended_) {
      const std::size_t before = chunk.size();
      step(chunk);
      at_ += before - chunk.size();
    }
    return ended_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (ended_ || part_ == Part::kBehind) return;
    end("image.truncated", "the picture ends before its end marker: the upload was cut, send it again", at_);
  }

 private:
  enum class Part : std::uint8_t { kSignature, kChunkHeader, kBody, kSum, kBehind };

  void step(Bytes& chunk) {
    switch (part_) {
      case Part::kSignature:
        if (collect(chunk, kSignature)) go_on(Part::kChunkHeader);
        return;
      case Part::kChunkHeader:
        if (collect(chunk, kChunkHeader)) begin_chunk();
        return;
      case Part::kBody: return take_body(chunk);
      case Part::kSum:
        if (collect(chunk, kSum)) end_chunk();
        return;
      case Part::kBehind: return end("image.trailing", "bytes follow the picture's end marker", at_);
    }
  }

  // Whether `size` bytes are together in held_.
  bool collect(Bytes& chunk, std::size_t size) {
    const std::size_t taken = std::min(chunk.size(), size - held_.size());
    held_ += as_text(chunk.first(taken));
    chunk = chunk.subspan(taken);
    return held_.size() == size;
  }
  void go_on(Part part) {
    part_ = part;
    held_.clear();
  }

  void begin_chunk() {
    left_ = big_endian(std::string_view(held_).substr(0, 4));
    type_ = held_.substr(4);
    sum_ = Crc32();
    sum_.update(as_bytes(type_));
    chunk_at_ = begun_ ? next_at_ : kSignature;
    next_at_ = chunk_at_ + kChunkHeader + left_ + kSum;
    const bool letters = std::all_of(type_.begin(), type_.end(),
                                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
    if (left_ > kMostLength || !letters) {
      return end("image.structure", "this is no chunk of a PNG: its length or name cannot be", chunk_at_);
    }
    check_order();
    if (!ended_) heed(animation_.begin(type_, left_, header_, data_ != Data::kNone));
    if (ended_) return;
    begun_ = true;
    go_on(left_ == 0 ? Part::kSum : Part::kBody);
  }

  // 5.6. What is not critical may stand anywhere that is not looked at here.
  void check_order() {
    if (!begun_ && type_ != "IHDR") return wrong_order("the header chunk IHDR does not come first");
    if (begun_ && type_ == "IHDR") return wrong_order("there is a second header chunk IHDR");
    const bool critical = (static_cast<unsigned char>(type_[0]) & 0x20U) == 0;
    if (type_ == "IDAT") {
      if (header_.has_palette() && !palette_) return wrong_order("the palette does not come before the image data");
      if (data_ == Data::kEnded) return wrong_order("the chunks of image data do not stand together");
      if (data_ == Data::kNone && !begin_data()) return;
      data_ = Data::kHere;
      return;
    }
    if (data_ == Data::kHere) data_ = Data::kEnded;
    if (type_ == "PLTE") return check_palette();
    if (type_ == "tRNS") return check_transparency();
    if (type_ == "IEND") return check_last();
    if (critical && type_ != "IHDR") {
      end("image.unsupported", "it needs the chunk \"" + escape_text(type_) + "\", which is not known here", chunk_at_);
    }
  }

  // Blank pages pack well, bombs better: the ratio is looked at above this.
  static constexpr std::uint64_t kLarge = std::uint64_t{256} << 20U;

  bool begin_data() {
    const ArchiveSettings& limits = layer_.settings->archive;
    const std::uint64_t bytes = header_.pixel_bytes();
    if (bytes > limits.max_total) {
      end("archive.total",
          "it decodes to more than the " + std::to_string(limits.max_total) + " bytes that the contract allows",
          chunk_at_);
      return false;
    }
    if (bytes > kLarge && layer_.stored.has_value() && bytes / limits.max_ratio > *layer_.stored) {
      end("archive.ratio",
          "it decodes to more than " + std::to_string(limits.max_ratio) + " bytes for each stored one, as bombs do",
          chunk_at_);
      return false;
    }
    pixels_.emplace(header_, *layer_.decoders);
    if (pixels_->granted()) return true;
    end("limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`", chunk_at_);
    return false;
  }

  void check_palette() {
    if (palette_ || data_ != Data::kNone) return wrong_order("the palette stands twice, or behind the image data");
    if (header_.colour == 0 || header_.colour == 4) return wrong_order("a picture in shades of grey has a palette");
    const std::uint64_t most = header_.has_palette() ? std::uint64_t{3} << header_.depth : kMostHeld;
    if (left_ == 0 || left_ % 3 != 0 || left_ > most) {
      return wrong_order("the palette has a length that it cannot have");
    }
    palette_ = true;
    colours_ = left_ / 3;
  }

  void check_transparency() {
    if (data_ != Data::kNone) return wrong_order("the transparency stands behind the image data");
    const std::uint64_t wanted = header_.colour == 0 ? 2 : header_.colour == 2 ? 6 : 0;
    const bool fits = header_.has_palette() ? palette_ && left_ <= colours_ : wanted != 0 && left_ == wanted;
    if (!fits) wrong_order("the transparency has a length or place that it cannot have");
  }

  void check_last() {
    if (data_ == Data::kNone) return wrong_order("there is no image data");
    if (left_ != 0) return wrong_order("the end marker is not empty");
    if (!pixels_done_) end("image.data", "the image data ends before the last row", chunk_at_);
  }

  void take_body(Bytes& chunk) {
    Bytes body = chunk.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, chunk.size())));
    chunk = chunk.subspan(body.size());
    left_ -= body.size();
    sum_.update(body);
    heed(animation_.feed(body));
    if (ended_) return;
    if (type_ == "IDAT") {
      take_pixels(body);
    } else if (type_ == "IHDR") {
      held_ += as_text(body.first(std::min(body.size(), kMostHeld - held_.size())));
    }
    if (left_ == 0 && !ended_) {
      if (type_ == "IHDR") read_header();
      heed(animation_.end());
      if (!ended_) go_on(Part::kSum);
    }
  }

  void read_header() {
    constexpr std::size_t kHeaderSize = 13;
    if (held_.size() != kHeaderSize || next_at_ != chunk_at_ + kChunkHeader + kHeaderSize + kSum) {
      return wrong_order("the header has a length that it cannot have");
    }
    const std::string_view text = held_;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    header_ = {big_endian(text.substr(0, 4)), big_endian(text.substr(4, 4)), byte(8), byte(9), byte(12) == 1};
    check_picture_size(layer_, header_.width, header_.height, chunk_at_ + kChunkHeader);
    if (header_.width == 0 || header_.height == 0) {
      ended_ = true;
    } else if (header_.width > kMostLength || header_.height > kMostLength || !header_.is_allowed() || byte(10) != 0 ||
               byte(11) != 0 || byte(12) > 1) {
      end("image.header", "the header names a colour type, depth or method that PNG does not have", chunk_at_);
    }
  }

  void take_pixels(Bytes body) {
    if (pixels_done_ || body.empty()) {
      if (!body.empty()) report_surplus();
      return;
    }
    using Answer = PngPixels::Answer;
    switch (pixels_->feed(body)) {
      case Answer::kMore: return;
      case Answer::kDone:
        pixels_done_ = true;
        if (!body.empty()) report_surplus();
        return;
      case Answer::kNoMemory:
        ended_ = true;
        layer_.budget->exhaust();
        return;
      case Answer::kDamaged: return end("image.data", "the image data cannot be decoded", chunk_at_);
      case Answer::kTooFew: return end("image.data", "the image data ends before the last row", chunk_at_);
      case Answer::kTooMany: return end("image.data", "the image data goes on behind the last row", chunk_at_);
      case Answer::kFilter:
        return end("image.data", "a row of the image data names a filter that PNG does not have", chunk_at_);
    }
  }

  void heed(const PngAnimation::Wrong& wrong) {
    if (!wrong.has_value() || ended_) return;
    if (!wrong->code.empty()) return end(wrong->code, std::string(wrong->message), chunk_at_);
    ended_ = true;
    layer_.budget->exhaust();
  }

  void report_surplus() {
    if (std::exchange(surplus_, true)) return;
    report_at(layer_, "image.surplus", "a chunk of image data goes on behind the end of the image", chunk_at_);
  }

  void end_chunk() {
    if (big_endian(held_) != sum_.value()) {
      return end("image.checksum", "the chunk \"" + escape_text(type_) + "\" does not have the checksum that it states",
                 chunk_at_);
    }
    go_on(type_ == "IEND" ? Part::kBehind : Part::kChunkHeader);
  }

  void wrong_order(std::string message) { end("image.structure", std::move(message), chunk_at_); }
  void end(std::string_view code, std::string message, std::uint64_t byte) {
    ended_ = true;
    report_at(layer_, code, std::move(message), byte);
  }

  enum class Data : std::uint8_t { kNone, kHere, kEnded };

  const Layer& layer_;
  Part part_ = Part::kSignature;
  std::string held_;
  std::string type_;
  Crc32 sum_;
  PngHeader header_;
  std::optional<PngPixels> pixels_;
  PngAnimation animation_;
  std::uint64_t at_ = 0;        // bytes before the current step
  std::uint64_t chunk_at_ = 0;  // where the current chunk begins
  std::uint64_t next_at_ = 0;   // and the next one
  std::uint64_t left_ = 0;      // of its body
  std::uint64_t colours_ = 0;
  Data data_ = Data::kNone;
  bool begun_ = false;  // IHDR was seen
  bool palette_ = false;
  bool pixels_done_ = false;
  bool surplus_ = false;  // was said
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_png_checker(const Layer& layer) { return std::make_unique<PngChecker>(layer); }

}  // namespace scalper
