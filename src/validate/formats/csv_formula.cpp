#include "validate/formats/csv_formula.h"

#include <algorithm>

namespace scalper {

bool csv_formula_like(std::string_view cell) {
  while (!cell.empty() && (cell.front() == '\t' || cell.front() == '\r' || cell.front() == '\n')) cell.remove_prefix(1);
  if (cell.size() < 2) return false;
  const char first = cell.front();
  if (first == '=' || first == '@') return true;
  if (first != '+' && first != '-') return false;
  return !std::all_of(cell.begin(), cell.end(), [](char c) { return kHarmlessInCells[static_cast<unsigned char>(c)]; });
}

}  // namespace scalper
