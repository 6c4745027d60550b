#include "validate/formats/framed_decoder.h"

#include <algorithm>
#include <utility>

namespace scalper {
namespace {

constexpr std::size_t kMagicSize = 4;
constexpr std::string_view kSkippableRest = "\x2A\x4D\x18";

bool is_skippable_first(char first) { return (static_cast<unsigned char>(first) & 0xF0U) == 0x50; }

}  // namespace

bool begins_skippable(std::string_view head) {
  return head.size() >= kMagicSize && is_skippable_first(head[0]) && head.substr(1, 3) == kSkippableRest;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

Decoder::Begin FramedDecoder::begins(std::string_view bytes) const {
  const bool skippable = bytes.empty() || (is_skippable_first(bytes[0]) && kSkippableRest.starts_with(bytes.substr(1)));
  if (!magic().starts_with(bytes) && !skippable) return Begin::kNo;
  return bytes.size() == kMagicSize ? Begin::kYes : Begin::kMaybe;
}

void FramedDecoder::restart() {
  header_.clear();
  opened_ = false;
  want_ = 0;
  tail_.clear();
  unit_at_ = 0;
  taken_ = 0;
}

Decoder::Step FramedDecoder::refuse(std::string_view code, std::string_view message) {
  fault_ = {code, message, unit_at_};
  return Step::kFailed;
}

Decoder::Step FramedDecoder::step(Bytes& in, MutableBytes& out) {
  if (!opened_) {
    const Step taken = take_header(in);
    if (taken != Step::kMore || !opened_) {
      out = out.first(0);
      return taken;
    }
  }
  if (header_left_ > 0) {
    Bytes rest = as_bytes(std::string_view(header_).substr(header_.size() - header_left_));
    const Step done = decode_unit(rest, out);
    header_left_ = rest.size();
    return done;
  }
  Bytes unit = in.first(std::min(in.size(), want_));
  const std::size_t offered = unit.size();
  const Step done = decode_unit(unit, out);
  taken_ += offered - unit.size();
  in = in.subspan(offered - unit.size());
  return done;
}

Decoder::Step FramedDecoder::take_header(Bytes& in) {
  while (!in.empty()) {
    header_ += static_cast<char>(in.front());
    in = in.subspan(1);
    ++taken_;
    const std::size_t size = header_size(header_);
    if (size == 0 || header_.size() < size) continue;
    opened_ = true;
    header_left_ = header_.size();
    want_ = header_.size();
    return open(header_);
  }
  return Step::kMore;
}

Decoder::Step FramedDecoder::decode_unit(Bytes& unit, MutableBytes& out) {
  const Bytes before = unit;
  const std::size_t offered = unit.size();
  const Decoded done = decode(unit, out);
  if (done.step == Step::kFailed) return refuse(done.code, done.message);
  if (done.step != Step::kMore) return done.step;
  want_ -= std::min(want_, offered - unit.size());
  const Bytes taken = before.first(offered - unit.size());
  tail_ += as_text(taken.last(std::min(taken.size(), kTail)));
  if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
  if (want_ == 0) {
    if (!unit_ended(std::exchange(tail_, {})))
      return refuse("compression.data", "the compressed data cannot be decoded from here on: pack and send it again");
    if (done.hint == 0) return Step::kMemberEnd;
    want_ = done.hint;
    unit_at_ = header_left_ > 0 ? header_.size() : taken_ + offered - unit.size();
  }
  return Step::kMore;
}

}  // namespace scalper
