#include "model/location_text.h"

#include "base/escape.h"

namespace scalper {

std::string location_text(const Location& location) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  for (const std::string& member : location.path) add("in " + escape_text(member));
  if (location.line) add("line " + std::to_string(*location.line));
  if (location.row) add("row " + std::to_string(*location.row));
  if (location.column && !location.column->empty()) {
    add("column \"" + escape_text(*location.column) + "\"");
  } else if (location.column_index) {
    add("column " + std::to_string(*location.column_index));
  }
  if (location.pointer)
    add(location.pointer->empty() ? "at the root" : "at \"" + escape_text(*location.pointer) + "\"");
  if (location.byte) add("byte " + std::to_string(*location.byte));
  return text.empty() ? text : " (" + text + ")";
}

}  // namespace scalper
