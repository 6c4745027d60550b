#include "validate/schema/pattern.h"

#include <re2/re2.h>

#include "base/escape.h"
#include "validate/schema/ecma_pattern.h"

namespace scalper::schema {
namespace {

// Each byte of a text takes up to that many steps where counted repeats leave no room for remembered states: at 2,000
// a text of the 256 KiB that is looked at takes about a second.
constexpr int kMostSteps = 2000;

re2::RE2::Options options(std::size_t memory) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(static_cast<std::int64_t>(memory));
  return options;
}

class Re2Pattern final : public Pattern {
 public:
  Re2Pattern(const std::string& text, std::size_t memory) : pattern_(text, options(memory)) {}
  [[nodiscard]] bool found_in(std::string_view text) const override {
    return pattern_.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  }
  [[nodiscard]] const re2::RE2& inner() const { return pattern_; }

 private:
  re2::RE2 pattern_;
};

}  // namespace

Pattern::Compiled Pattern::compile(std::string_view ecma, std::size_t memory) {
  const TranslatedPattern translated = translate_pattern(ecma);
  if (!translated.complaint.empty()) return {nullptr, translated.complaint, translated.byte};
  const auto compiled = std::make_shared<const Re2Pattern>(translated.re2, memory);
  if (compiled->inner().ok() && compiled->inner().ProgramSize() <= kMostSteps) return {compiled, {}, 0};
  if (compiled->inner().ok())
    return {nullptr,
            "the pattern is too long to match quickly: its repeats written out make " +
                std::to_string(compiled->inner().ProgramSize()) + " steps, more than " + std::to_string(kMostSteps),
            0};
  if (compiled->inner().error_code() == re2::RE2::ErrorPatternTooLarge)
    return {nullptr, "the pattern takes more memory than a pattern may", 0};
  return {nullptr, "the pattern is not supported: " + escape_text(compiled->inner().error(), 80), 0};
}

}  // namespace scalper::schema
