#pragma once
// A whole validation in a fuzz target, and what holds for each.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/escape.h"
#include "fuzz.h"
#include "validate/code_table.h"
#include "validate/validator.h"

namespace scalper::fuzz {

class ChosenContract final : public CompiledContract {
 public:
  explicit ChosenContract(ContractSettings settings) : settings_(std::move(settings)) {}
  [[nodiscard]] const ContractStamp& stamp() const override { return stamp_; }
  [[nodiscard]] const ContractSettings& settings() const override { return settings_; }

 private:
  ContractSettings settings_;
  ContractStamp stamp_{"fuzz", ""};
};

inline Verdict verdict_on(const std::shared_ptr<const CompiledContract>& contract, const FileFacts& facts,
                          std::string_view text, std::size_t chunk) {
  auto validator = Validator::begin(contract, facts, {});
  FUZZ_HOLDS(validator.ok());
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    const std::string copy(text.substr(at, chunk));
    validator->feed(as_bytes(copy));
  }
  auto verdict = validator->finish();
  FUZZ_HOLDS(verdict.ok());
  return std::move(verdict).value();
}

// The verdict, after it was compared with those of two other ways to cut.
inline Verdict same_in_all_cuts(const std::shared_ptr<const CompiledContract>& contract, const FileFacts& facts,
                                std::string_view text) {
  Verdict whole = verdict_on(contract, facts, text, text.size() + 1);
  FUZZ_HOLDS(verdict_on(contract, facts, text, 1) == whole);
  FUZZ_HOLDS(verdict_on(contract, facts, text, 61) == whole);
  FUZZ_HOLDS(whole.size == text.size() && whole.findings_total >= whole.findings.size());
  for (const Finding& finding : whole.findings) {
    FUZZ_HOLDS(find_code(finding.code) != nullptr && is_valid_utf8(finding.message));
    for (const char c : finding.message) FUZZ_HOLDS(c < 0 || c >= ' ');
    const auto& outer = finding.location.outer_byte;
    FUZZ_HOLDS(!outer.has_value() || *outer <= text.size());
  }
  return whole;
}

}  // namespace scalper::fuzz
