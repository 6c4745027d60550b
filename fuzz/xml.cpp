// XML: the same verdict however the input is cut, and what is called valid is so with and without a document type
// declaration allowed, unless it has one.
#include <string>

#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  FileFacts facts;
  facts.name = "a.xml";
  const auto strict = std::make_shared<fuzz::ChosenContract>(ContractSettings{});
  ContractSettings open;
  open.xml.doctype = true;
  open.xml.depth = 100;
  const auto lenient = std::make_shared<fuzz::ChosenContract>(open);
  const Verdict first = fuzz::same_in_all_cuts(strict, facts, text);
  const Verdict second = fuzz::same_in_all_cuts(lenient, facts, text);
  const bool deep = !second.findings.empty() && second.findings[0].code == "xml.depth";
  FUZZ_HOLDS(first.kind != VerdictKind::kValid || second.kind == VerdictKind::kValid || deep);
  return 0;
}
