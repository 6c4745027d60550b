#include "model/finding.h"

#include <tuple>

namespace scalper {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kUnverifiable: return "unverifiable";
    case Severity::kWarning: return "warning";
  }
  return "error";
}

std::optional<Severity> parse_severity(std::string_view word) {
  for (const Severity s : {Severity::kError, Severity::kUnverifiable, Severity::kWarning})
    if (to_string(s) == word) return s;
  return std::nullopt;
}

bool comes_before(const Finding& a, const Finding& b) {
  return std::tie(a.location.outer_byte, a.location.path, a.location.byte, a.code) <
         std::tie(b.location.outer_byte, b.location.path, b.location.byte, b.code);
}

}  // namespace scalper
