// escape_text: one line, valid UTF-8, bounded, nothing that a terminal would obey.
#include "base/escape.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  scalper::fuzz::Input input(bytes, size);
  const std::size_t limit = input.byte();
  const std::string out = scalper::escape_text(input.rest(), limit);
  FUZZ_HOLDS(scalper::is_valid_utf8(out));
  std::size_t characters = 0;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const auto byte = static_cast<unsigned char>(out[at]);
    FUZZ_HOLDS(byte >= 0x20 && byte != 0x7F);
    if (byte == 0xC2 && at + 1 < out.size())
      FUZZ_HOLDS(static_cast<unsigned char>(out[at + 1]) >= 0xA0);  // C1 controls
    characters += (byte & 0xC0U) != 0x80U ? 1 : 0;
  }
  FUZZ_HOLDS(characters <= limit * 10 + 1);  // \u{E0FFF} is the longest form of one character; then the ellipsis
  FUZZ_HOLDS(scalper::valid_utf8_prefix(input.rest()) <= input.rest().size());
  return 0;
}
