#include "validate/formats/pdf_flate.h"

#define ZLIB_CONST  // its input pointer is const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace scalper::pdf {
namespace {

constexpr std::size_t kOut = std::size_t{32} << 10U;
constexpr std::size_t kWindow = std::size_t{48} << 10U;  // as in gzip: state and the largest window

}  // namespace

struct Flate::Inflater {
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

Flate::Flate(Budget& windows) : windows_(windows) {}
Flate::~Flate() = default;

bool Flate::begin() {
  if (inflater_ == nullptr) {
    room_ = std::make_unique<Reservation>(windows_, kWindow + kOut);
    if (!room_->granted()) return false;
    inflater_ = std::make_unique<Inflater>();
  }
  if (inflater_->ready) inflateReset(&inflater_->stream);
  return true;
}

Flate::Answer Flate::feed(Bytes& in, const Sink& sink) {
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
    const Bytes made = Bytes(inflater_->out).first(kOut - stream.avail_out);
    if (!made.empty() && !sink(made)) return Answer::kStopped;
    if (answer == Z_STREAM_END) return Answer::kEnd;
    if (answer == Z_MEM_ERROR) return Answer::kNoMemory;
    if (answer != Z_OK && answer != Z_BUF_ERROR) return Answer::kDamaged;
  }
  return Answer::kMore;
}

bool Predictor::begin(const Facts& facts) {
  size_ = 0;
  row_.clear();
  if (facts.predictor == 1) return true;
  const bool png = facts.predictor >= 10 && facts.predictor <= 15;
  const bool depth = facts.bits == 1 || facts.bits == 2 || facts.bits == 4 || facts.bits == 8 || facts.bits == 16;
  if (!png || !depth || facts.colours < 1 || facts.colours > 32 || facts.columns < 1 || facts.columns > kMostRow)
    return false;
  const std::uint64_t row = (facts.columns * facts.colours * facts.bits + 7) / 8;
  if (row > kMostRow) return false;
  size_ = static_cast<std::size_t>(row);
  step_ = std::max<std::size_t>(1, static_cast<std::size_t>(facts.colours * facts.bits / 8));
  above_.assign(size_, 0);
  return true;
}

bool Predictor::feed(Bytes in, const Sink& sink) {
  if (size_ == 0) return sink(in);
  while (!in.empty()) {
    const std::size_t taken = std::min(in.size(), size_ + 1 - row_.size());
    const auto* const from = reinterpret_cast<const std::uint8_t*>(in.data());
    row_.insert(row_.end(), from, from + taken);
    in = in.subspan(taken);
    if (row_.size() <= size_) return true;
    if (!undo() || !sink(std::as_bytes(std::span(above_)))) return false;
    row_.clear();
  }
  return true;
}

// ISO/IEC 15948, 9.2. The row ends up in above_.
bool Predictor::undo() {
  const unsigned filter = row_[0];
  if (filter > 4) return false;
  std::array<std::uint8_t, 64> corner{};  // what above_ held before, a pixel back
  for (std::size_t i = 0; i < size_; ++i) {
    const int left = i >= step_ ? above_[i - step_] : 0;
    const int up = above_[i];
    const int corner_here = i >= step_ ? corner[i % step_] : 0;
    int guess = 0;
    if (filter == 1) guess = left;
    if (filter == 2) guess = up;
    if (filter == 3) guess = (left + up) / 2;
    if (filter == 4) {
      const int base = left + up - corner_here;
      const int a = std::abs(base - left);
      const int b = std::abs(base - up);
      const int c = std::abs(base - corner_here);
      guess = a <= b && a <= c ? left : b <= c ? up : corner_here;
    }
    corner[i % step_] = static_cast<std::uint8_t>(up);
    above_[i] = static_cast<std::uint8_t>(row_[i + 1] + guess);
  }
  return true;
}

}  // namespace scalper::pdf
