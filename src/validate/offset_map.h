#pragma once
// Where in the bytes of a text something stands that was found in its UTF-8 form. Characters whose lengths are alike in
// both forms are one run; the last runs are kept, so that memory is bounded. What lies before them is not known any
// more: such a place has no byte, never a wrong one.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace scalper {

class OffsetMap {
 public:
  static constexpr std::size_t kMostRuns = 8192;

  // The next character: how many bytes it has as it was received, and in UTF-8.
  void add(std::uint32_t received, std::uint32_t utf8) {
    if (runs_.empty() || runs_.back().received_size != received || runs_.back().utf8_size != utf8) {
      if (runs_.size() == kMostRuns) runs_.pop_front();
      runs_.push_back({received_, utf8_, received, utf8});
    }
    received_ += received;
    utf8_ += utf8;
  }
  // Bytes that the text does not have: a byte order mark at its beginning.
  void skip(std::uint32_t received) { received_ += received; }
  // Of a byte of the UTF-8 form, up to its end, the byte where its character begins. Nothing: too far back.
  [[nodiscard]] std::optional<std::uint64_t> received(std::uint64_t utf8) const;

 private:
  struct Run {
    std::uint64_t received = 0;
    std::uint64_t utf8 = 0;
    std::uint32_t received_size = 1;
    std::uint32_t utf8_size = 1;
  };

  std::deque<Run> runs_;
  std::uint64_t received_ = 0;
  std::uint64_t utf8_ = 0;
};

}  // namespace scalper
