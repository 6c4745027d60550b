#pragma once
// Cells that a spreadsheet would run (OWASP, CSV injection).

#include <array>
#include <string_view>

namespace scalper {

// What may stand in a number, a date, a telephone number or a row of dashes: these name no function, no cell and no
// program. 0xC2 0xA0 is a space.
inline constexpr auto kHarmlessInCells = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("+-0123456789.,:;/() %eE'\xC2\xA0"))
    table.at(static_cast<unsigned char>(c)) = true;
  return table;
}();

// Whether the cell begins with = or @ and goes on, or with + or - and is more than a number or the like. Tabs and line
// ends before that do not help.
[[nodiscard]] bool csv_formula_like(std::string_view cell);

// False: the cell cannot be one, by its first character.
[[nodiscard]] inline bool csv_formula_begins(std::string_view cell) {
  constexpr std::string_view kFirst = "=+-@\t\r\n";
  return !cell.empty() && cell.front() <= '@' && kFirst.find(cell.front()) != std::string_view::npos;
}

}  // namespace scalper
