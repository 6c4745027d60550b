#include "validate/formats/png_pixels.h"

#define ZLIB_CONST  // its input pointer is const
#include <zlib.h>

#include <algorithm>
#include <array>

namespace scalper {
namespace {

constexpr std::size_t kOut = std::size_t{32} << 10U;
constexpr std::size_t kWindow = std::size_t{48} << 10U;  // as in gzip: state and the largest window
constexpr unsigned kFilters = 5;

struct Adam7 {
  unsigned x, y, dx, dy;
};
// 8.1: where each pass begins, and its steps.
constexpr std::array<Adam7, 7> kAdam7{
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};

std::uint64_t steps(std::uint32_t size, unsigned begin, unsigned step) {
  return size <= begin ? 0 : (std::uint64_t{size} - begin + step - 1) / step;
}

}  // namespace

struct PngPixels::Inflater {
  z_stream stream{};
  bool ready = false;
  std::array<std::byte, kOut> out{};
  Inflater() { ready = inflateInit(&stream) == Z_OK; }
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

bool PngHeader::is_allowed() const {
  switch (colour) {
    case 0: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6: return depth == 8 || depth == 16;
    default: return false;
  }
}

std::uint64_t PngHeader::row_bytes(std::uint64_t pixels) const {
  const unsigned samples = colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
  return (pixels * samples * depth + 7) / 8;
}

std::uint64_t PngHeader::pixel_bytes() const {
  const std::uint64_t row = row_bytes(width) + 1;
  return height > ~std::uint64_t{0} / row ? ~std::uint64_t{0} : row * height;
}

PngPixels::PngPixels(const PngHeader& header, Budget& windows) : windows_(windows) {
  granted_ = windows_.reserve(kWindow + kOut);
  if (!granted_) return;
  inflater_ = std::make_unique<Inflater>();
  if (!header.interlaced) {
    passes_.push_back({header.row_bytes(header.width), header.height});
  } else {
    for (auto pass = kAdam7.rbegin(); pass != kAdam7.rend(); ++pass) {
      const std::uint64_t pixels = steps(header.width, pass->x, pass->dx);
      const std::uint64_t rows = steps(header.height, pass->y, pass->dy);
      if (pixels > 0 && rows > 0) passes_.push_back({header.row_bytes(pixels), rows});
    }
  }
}

PngPixels::~PngPixels() {
  if (granted_) windows_.release(kWindow + kOut);
}

PngPixels::Answer PngPixels::feed(Bytes& in) {
  if (!inflater_->ready) return Answer::kNoMemory;
  z_stream& stream = inflater_->stream;
  bool filled = true;
  while (!in.empty() || filled) {
    stream.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30U));
    stream.next_out = reinterpret_cast<Bytef*>(inflater_->out.data());
    stream.avail_out = kOut;
    const std::size_t offered = stream.avail_in;
    const int answer = inflate(&stream, Z_NO_FLUSH);
    in = in.subspan(offered - stream.avail_in);
    filled = stream.avail_out == 0;
    if (!count(Bytes(inflater_->out).first(kOut - stream.avail_out))) return wrong_;
    if (answer == Z_STREAM_END) return passes_.empty() ? Answer::kDone : Answer::kTooFew;
    if (answer == Z_MEM_ERROR) return Answer::kNoMemory;
    if (answer != Z_OK && answer != Z_BUF_ERROR) return Answer::kDamaged;
  }
  return Answer::kMore;
}

bool PngPixels::count(Bytes out) {
  while (!out.empty()) {
    if (passes_.empty()) {
      wrong_ = Answer::kTooMany;
      return false;
    }
    if (!in_row_) {
      if (std::to_integer<unsigned>(out.front()) >= kFilters) {
        wrong_ = Answer::kFilter;
        return false;
      }
      out = out.subspan(1);
      left_ = passes_.back().row;
      in_row_ = true;
    }
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, out.size()));
    out = out.subspan(taken);
    left_ -= taken;
    if (left_ == 0) next_row();
  }
  return true;
}

void PngPixels::next_row() {
  in_row_ = false;
  if (--passes_.back().rows == 0) passes_.pop_back();
}

}  // namespace scalper
