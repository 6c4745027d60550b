// YAML and TOML: the same verdict however the input is cut, and what is called valid where aliases are forbidden is so
// where they are allowed.
#include <string>

#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto open = std::make_shared<fuzz::ChosenContract>(ContractSettings{});
  ContractSettings settings;
  settings.yaml.aliases = false;
  settings.text.bom = Strictness::kError;
  const auto strict = std::make_shared<fuzz::ChosenContract>(settings);
  for (const char* const type : {"application/yaml", "application/toml"}) {
    FileFacts facts;
    facts.as = type;
    const Verdict first = fuzz::same_in_all_cuts(open, facts, text);
    const Verdict second = fuzz::same_in_all_cuts(strict, facts, text);
    FUZZ_HOLDS(second.kind != VerdictKind::kValid || first.kind == VerdictKind::kValid);
  }
  return 0;
}
