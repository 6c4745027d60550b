// PDF: the same verdict however the input is cut.
#include <string>

#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  static const auto contract = std::make_shared<fuzz::ChosenContract>(ContractSettings{});
  FileFacts facts;
  facts.name = "a.pdf";
  static_cast<void>(fuzz::same_in_all_cuts(contract, facts, text));
  return 0;
}
