#include "validate/checker.h"

#include <cassert>
#include <utility>

#include "validate/code_table.h"
#include "validate/offset_map.h"

namespace scalper {

void Layer::report(std::string_view code, std::string message, Location where) const {
  const FindingCode* const known = find_code(code);
  assert(known != nullptr && "a finding code that the table does not have");
  report(code, known->severity, std::move(message), std::move(where));
}

void Layer::report(std::string_view code, Severity severity, std::string message, Location where) const {
  where.path = path;
  if (origin != nullptr && where.byte.has_value()) where.byte = origin->received(*where.byte);
  where.outer_byte = began != nullptr ? *began : where.byte;
  findings->add({std::string(code), severity, std::move(message), std::move(where)});
}

bool Layer::keeps(std::uint64_t byte) const {
  if (!findings->full()) return true;
  if (findings->kept().empty()) return false;
  if (origin != nullptr) {
    const auto received = origin->received(byte);
    if (!received.has_value()) return true;  // what has no byte comes first
    byte = *received;
  }
  const Location& last = findings->kept().back().location;
  const std::optional<std::uint64_t> outer = began != nullptr ? *began : byte;
  if (outer != last.outer_byte) return outer < last.outer_byte;
  if (path != last.path) return path < last.path;
  return std::optional(byte) <= last.byte;  // at the same byte the codes decide
}

void Layer::count(Severity severity) const { findings->count(severity); }

}  // namespace scalper
