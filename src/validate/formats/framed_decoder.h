#pragma once
// Frames whose header says which window they need (zstd, LZ4): the header is read before the library sees it, and the
// library gets unit by unit, as it asks, so that a fault is told at the begin of its unit however the input is cut.

#include <string>

#include "validate/formats/decoder.h"

namespace scalper {

class FramedDecoder : public Decoder {
 public:
  [[nodiscard]] Begin begins(std::string_view bytes) const final;
  void restart() final;
  [[nodiscard]] Step step(Bytes& in, MutableBytes& out) final;
  [[nodiscard]] Fault fault() const final { return fault_; }

 protected:
  // Bytes that the header has, or 0 where more than `head` are needed to tell. At most kMostHead.
  static constexpr std::size_t kMostHead = 32;
  [[nodiscard]] virtual std::size_t header_size(std::string_view head) const = 0;
  // With a whole header, before any of it is decoded: kMore, or why not; a kFailed has called refuse().
  [[nodiscard]] virtual Step open(std::string_view header) = 0;
  struct Decoded {
    std::size_t hint = 0;  // bytes that the library wants next; 0 = the frame has ended
    Step step = Step::kMore;
    std::string_view code = {};  // of a kFailed
    std::string_view message = {};
  };
  // As step(), of one unit.
  [[nodiscard]] virtual Decoded decode(Bytes& in, MutableBytes& out) = 0;
  // A unit that began with the frame's first byte or behind another one has ended with these bytes, at most kTail of
  // them. False: the frame is damaged, whatever the library said.
  [[nodiscard]] virtual bool unit_ended(std::string_view tail) = 0;
  static constexpr std::size_t kTail = 3;
  // The first four bytes of a frame of this format.
  [[nodiscard]] virtual std::string_view magic() const = 0;
  [[nodiscard]] Step refuse(std::string_view code, std::string_view message);

 private:
  [[nodiscard]] Step take_header(Bytes& in);
  [[nodiscard]] Step decode_unit(Bytes& unit, MutableBytes& out);

  std::string header_;
  bool opened_ = false;
  std::size_t header_left_ = 0;  // of the header, to be decoded
  std::size_t want_ = 0;         // left of the unit
  std::string tail_;             // of the unit
  std::uint64_t unit_at_ = 0;
  std::uint64_t taken_ = 0;
  Fault fault_;
};

// Frames that both formats have decoders skip: the magic is 0x184D2A50 to 5F, little endian.
[[nodiscard]] bool begins_skippable(std::string_view head);
[[nodiscard]] std::uint64_t little_endian(std::string_view bytes);

}  // namespace scalper
