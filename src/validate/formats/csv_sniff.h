#pragma once
// Which delimiter a CSV file has, judged from its first bytes.

#include <cstddef>
#include <optional>
#include <string_view>

namespace scalper {

inline constexpr std::size_t kCsvSniffBytes = 16384;

struct CsvSniffed {
  char delimiter = ',';
  std::optional<char> rival;  // another one that splits the rows just as evenly
};

// `sample`: the file's first kCsvSniffBytes, or all of it where it is shorter (`whole`). The delimiter, of comma,
// semicolon, tab and bar, that splits most rows into as many cells as the first row, and into more than one; then the
// one that makes more cells. Comma where none does.
[[nodiscard]] CsvSniffed sniff_csv(std::string_view sample, bool whole, char quote);

}  // namespace scalper
