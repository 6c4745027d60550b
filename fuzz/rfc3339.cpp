// Times: what parses prints to a text that parses to the same time.
#include "base/time.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto time = scalper::parse_rfc3339({reinterpret_cast<const char*>(bytes), size});
  if (!time) return 0;
  const std::string text = scalper::format_rfc3339(*time);
  FUZZ_HOLDS(text.size() == 24);
  const auto again = scalper::parse_rfc3339(text);
  FUZZ_HOLDS(again && scalper::format_rfc3339(*again) == text);
  return 0;
}
