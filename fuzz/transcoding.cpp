// Texts of a stated encoding: no crash, and the same verdict however the file is cut.
#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  fuzz::Input input(bytes, size);
  ContractSettings settings;
  settings.text.encoding = static_cast<TextEncoding>(input.byte() % 7U);
  settings.text.bom = input.byte() % 2U == 0 ? Strictness::kAllow : Strictness::kError;
  settings.limits.findings = 5;
  constexpr std::string_view kNames[] = {"a.txt", "a.csv", "a.json", "a.ndjson", "a"};
  FileFacts facts;
  facts.name = kNames[input.byte() % 5U];
  static_cast<void>(
      fuzz::same_in_all_cuts(std::make_shared<const fuzz::ChosenContract>(settings), facts, input.rest()));
  return 0;
}
