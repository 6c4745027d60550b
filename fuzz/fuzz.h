#pragma once
// What every fuzz target needs: a property that does not hold ends the process, and libFuzzer keeps the input.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"

#define FUZZ_HOLDS(property)                                              \
  do {                                                                    \
    if (!(property)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #property); \
      std::abort();                                                       \
    }                                                                     \
  } while (false)

namespace scalper::fuzz {

// Consumes the input from the front; what is asked beyond its end is zero or empty.
class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size) : rest_(reinterpret_cast<const char*>(bytes), size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace scalper::fuzz
