// Cursors: what was encoded comes back for the same question only; anything else is refused, nothing crashes.
#include "model/page_cursor.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  scalper::fuzz::Input input(bytes, size);
  const scalper::PageCursors cursors("secret");
  const std::size_t cut = input.byte();
  const std::size_t flip = input.byte();
  const std::string_view rest = input.rest();
  FUZZ_HOLDS(!cursors.decode("scope", rest));  // 96 bits of signature are not guessed

  const std::vector<std::string> position{std::string(rest.substr(0, cut)), std::string(rest.substr(rest.size() / 2))};
  std::string cursor = cursors.encode("scope", position);
  const auto again = cursors.decode("scope", cursor);
  FUZZ_HOLDS(again && *again == position);
  FUZZ_HOLDS(!cursors.decode("other", cursor));
  cursor[flip % cursor.size()] ^= 1;
  FUZZ_HOLDS(!cursors.decode("scope", cursor));
  return 0;
}
