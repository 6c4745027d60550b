#pragma once
// The fast part of the text checker.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scalper {

struct PlainRun {
  std::size_t length = 0;
  std::uint64_t line_feeds = 0;  // in it

  friend bool operator==(const PlainRun&, const PlainRun&) = default;
};

// The leading text that is of printable ASCII characters, tabs, line feeds, form feeds and carriage returns only.
// AVX2 where the processor has it (with AVX-512 it was slower).
[[nodiscard]] PlainRun plain_run(std::string_view text);

// The ways there are, each by itself, so that tests compare them. One that this processor lacks answers by the first.
enum class TextWay : std::uint8_t { kScalar, kWide };
[[nodiscard]] PlainRun plain_run_by(TextWay way, std::string_view text);

}  // namespace scalper
