#pragma once
// The one list of finding codes: what each means and how to mend it. The reference page and the explanations of the
// command line are made from it; a test demands that every code used is here.

#include <span>
#include <string_view>

#include "model/finding.h"

namespace scalper {

struct FindingCode {
  std::string_view code;  // "family.reason", stable
  Severity severity;      // unless a contract makes it another
  std::string_view cause;
  std::string_view remedy;
};

// Ordered by code.
[[nodiscard]] std::span<const FindingCode> all_codes();
// Null: no such code.
[[nodiscard]] const FindingCode* find_code(std::string_view code);

}  // namespace scalper
