#pragma once
// Where the bytes are that mean something in CSV.

#include <cstddef>
#include <cstdint>

namespace scalper {

struct CsvOptions;

inline constexpr std::size_t kCsvBlock = 64;

// One bit for each byte of a block, the lowest for the first.
struct CsvMasks {
  std::uint64_t delimiter = 0;
  std::uint64_t feed = 0;
  std::uint64_t carriage = 0;
  std::uint64_t quote = 0;
  std::uint64_t odd = 0;  // an odd number of quotes stands in the block up to here, this byte included
  std::uint64_t nul = 0;
  // Where CsvCells::kSuspicious is asked for: = @ + - and a tab. More bits may be set, which costs a second look.
  std::uint64_t suspicious = 0;
};

// The masks of `blocks` blocks from `at` on.
using CsvLook = void (*)(const char* at, std::size_t blocks, const CsvOptions& options, CsvMasks* masks);
// The fastest of this processor (AVX2 and carry-less products); `portable`: the one of every processor, for tests to
// compare.
[[nodiscard]] CsvLook csv_look(bool portable);

}  // namespace scalper
