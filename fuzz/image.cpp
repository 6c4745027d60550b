// PNG, JPEG, GIF and WebP: the same verdict however the input is cut.
#include <array>
#include <string>

#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  static const auto contract = std::make_shared<fuzz::ChosenContract>(ContractSettings{});
  for (const char* const name : std::array{"a.png", "a.jpg", "a.gif", "a.webp"}) {
    FileFacts facts;
    facts.name = name;
    static_cast<void>(fuzz::same_in_all_cuts(contract, facts, text));
  }
  return 0;
}
