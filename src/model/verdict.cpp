#include "model/verdict.h"

namespace scalper {

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kValid: return "valid";
    case VerdictKind::kInvalid: return "invalid";
    case VerdictKind::kUnverifiable: return "unverifiable";
  }
  return "unverifiable";
}

std::optional<VerdictKind> parse_verdict_kind(std::string_view word) {
  for (const VerdictKind k : {VerdictKind::kValid, VerdictKind::kInvalid, VerdictKind::kUnverifiable})
    if (to_string(k) == word) return k;
  return std::nullopt;
}

VerdictKind verdict_of(bool any_error, bool any_unverifiable) {
  if (any_error) return VerdictKind::kInvalid;
  return any_unverifiable ? VerdictKind::kUnverifiable : VerdictKind::kValid;
}

}  // namespace scalper
