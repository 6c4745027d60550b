#include "validate/formats/jpeg_scan.h"

#include <algorithm>

namespace scalper::jpeg {
namespace {

constexpr unsigned kCodeBits = 16;
constexpr unsigned kMostBits = 32;       // a code and the value behind it
constexpr unsigned kBlock = 64;          // coefficients
constexpr std::size_t kMostInUnit = 10;  // blocks, of a scan of several components (B.2.3)

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }
std::uint64_t parts(std::uint64_t size, std::uint64_t part) { return (size + part - 1) / part; }

}  // namespace

bool Huffman::build(std::string_view counts, std::string_view values) {
  unsigned code = 0;
  unsigned place = 0;
  for (unsigned length = 1; length <= kMost; ++length) {
    const unsigned count = byte_of(counts[length - 1]);
    first_[length] = code;
    place_[length] = place;
    place += count;
    code += count;
    if (code > 1U << length || (count > 0 && code == 1U << length)) return false;  // C: none is all ones
    behind_[length] = code << (kMost - length);
    code <<= 1U;
  }
  std::transform(values.begin(), values.end(), values_.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  ready_ = true;
  return true;
}

unsigned Huffman::decode(unsigned bits, unsigned& length) const {
  for (length = 1; length <= kMost; ++length)
    if (bits < behind_[length]) return values_[(place_[length] + (bits >> (kMost - length)) - first_[length]) & 255U];
  length = 0;
  return 0;
}

bool Scan::begin(const Frame& frame, const ScanHeader& header, unsigned restart) {
  from_ = header.from;
  to_ = header.to;
  before_ = header.before;
  progressive_ = frame.progressive;
  most_first_ = frame.precision == 8 ? 11 : 15;  // F.1.2.1.1
  walked_ = from_ == 0 || before_ == 0;
  unit_.clear();
  std::uint64_t across = 1;
  std::uint64_t down = 1;
  for (const Component& component : frame.components) {
    across = std::max<std::uint64_t>(across, component.across);
    down = std::max<std::uint64_t>(down, component.down);
  }
  for (const ScanHeader::Part& part : header.parts) {
    const bool dc = from_ == 0 && before_ == 0;
    const bool ac = to_ > 0;
    if (walked_ && ((dc && !part.dc->ready()) || (ac && !part.ac->ready()))) return false;
    const Component& component = frame.components[part.component];
    const std::size_t blocks = header.parts.size() == 1 ? 1 : std::size_t{component.across} * component.down;
    unit_.insert(unit_.end(), blocks, {part.dc, part.ac});
  }
  if (header.parts.size() > 1 && unit_.size() > kMostInUnit) return false;
  if (header.parts.size() == 1) {  // A.2.2: only the blocks that the component itself needs
    const Component& component = frame.components[header.parts[0].component];
    units_ = parts(parts(std::uint64_t{frame.width} * component.across, across), 8) *
             parts(parts(std::uint64_t{frame.height} * component.down, down), 8);
  } else {
    units_ = parts(frame.width, 8 * across) * parts(frame.height, 8 * down);
  }
  restarts_ = restart > 0;
  interval_ = restarts_ ? restart : units_;
  next_restart_ = 0;
  begin_interval();
  return true;
}

void Scan::begin_interval() {
  const std::uint64_t units = std::min(interval_, units_);
  units_ -= units;
  left_ = units * unit_.size();
  block_ = 0;
  place_ = from_;
  empty_ = 0;
  held_ = 0;
  holds_ = 0;
  over_ = false;
}

Scan::Answer Scan::take(unsigned byte) {
  if (done()) return Answer::kSurplus;
  held_ = held_ << 8U | byte;
  holds_ += 8;
  while (holds_ >= kMostBits && !done())
    if (!symbol()) return Answer::kDamaged;
  return done() && holds_ >= 8 ? Answer::kSurplus : Answer::kMore;
}

// What is left of an interval's bits; behind them readers see ones (F.2.2.5).
bool Scan::drain() {
  while (!done() && !over_)
    if (!symbol()) return false;
  return done() && !over_;
}

bool Scan::restart(unsigned number) {
  if (!restarts_ || number != next_restart_ || !drain() || units_ == 0) return false;
  next_restart_ = (next_restart_ + 1) % 8;
  begin_interval();
  return true;
}

bool Scan::end() { return drain() && units_ == 0; }

bool Scan::symbol() {
  const Block& block = unit_[block_];
  if (place_ == 0 && before_ > 0) {  // a refinement has one bit for each block
    static_cast<void>(bits(1));
    end_block();
    return true;
  }
  return place_ == 0 ? first_coefficient(*block.dc) : next_coefficient(*block.ac);
}

bool Scan::first_coefficient(const Huffman& table) {
  unsigned size = 0;
  if (!code(table, size) || size > most_first_) return false;
  static_cast<void>(bits(size));
  place_ = 1;
  if (place_ > to_) end_block();
  return true;
}

bool Scan::next_coefficient(const Huffman& table) {
  unsigned value = 0;
  if (!code(table, value)) return false;
  const unsigned run = value >> 4U;
  const unsigned size = value & 15U;
  if (size == 0 && run < 15) {
    if (run > 0 && !progressive_) return false;
    const std::uint64_t blocks = (std::uint64_t{1} << run) + bits(run);
    if (blocks > left_) return over_;
    empty_ = blocks - 1;
    end_block();
    return true;
  }
  static_cast<void>(bits(size));
  place_ += run + 1;
  if (place_ > to_ + 1 || place_ > kBlock) return false;
  if (place_ == to_ + 1) end_block();
  return true;
}

void Scan::end_block() {
  const std::uint64_t blocks = 1 + empty_;
  empty_ = 0;
  left_ -= blocks;
  block_ = (block_ + static_cast<std::size_t>(blocks % unit_.size())) % unit_.size();
  place_ = from_;
}

bool Scan::code(const Huffman& table, unsigned& value) {
  const std::uint64_t ones = (std::uint64_t{1} << kCodeBits) - 1;
  const std::uint64_t window =
      holds_ >= kCodeBits ? held_ >> (holds_ - kCodeBits) : held_ << (kCodeBits - holds_) | ones >> holds_;
  unsigned length = 0;
  value = table.decode(static_cast<unsigned>(window & ones), length);
  if (length == 0 || length > holds_) {
    over_ = over_ || length > holds_ || holds_ < kCodeBits;
    return over_;
  }
  holds_ -= length;
  return true;
}

unsigned Scan::bits(unsigned count) {
  if (count > holds_) {
    over_ = true;
    holds_ = 0;
    return 0;
  }
  holds_ -= count;
  return static_cast<unsigned>(held_ >> holds_) & ((1U << count) - 1);
}

}  // namespace scalper::jpeg
