// The whole engine: the same verdict, with all it says, however the input is cut. The last byte but one chooses the
// name, the last one the contract: at the end, since seeds are whole files.
#include <array>

#include "whole.h"

namespace {

using namespace scalper;

constexpr std::array<std::string_view, 12> kNames = {"a",     "a.csv",    "a.json", "a.ndjson", "a.txt", "a.gz",
                                                     "a.tsv", "a.csv.gz", "a.png",  "a.xml",    "a.tgz", "a.zip"};

ContractSettings settings_of(unsigned choice) {
  ContractSettings settings;
  settings.text.bom = static_cast<Strictness>(choice % 3);
  settings.text.controls = static_cast<Strictness>(choice / 3 % 3);
  if ((choice & 1U) != 0) settings.text.line_length = 40;
  if ((choice & 2U) != 0) settings.types = {"text/csv", "application/json"};
  if ((choice & 4U) != 0) settings.archive.max_depth = 1;
  if ((choice & 8U) != 0) settings.archive.max_total = 1000;
  if ((choice & 16U) != 0) settings.limits.findings = 3;
  if ((choice & 32U) != 0) settings.size.max = 100;
  if ((choice & 64U) != 0) settings.checks = Checks::kTypeOnly;
  return settings;
}

unsigned byte_of(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  const std::string_view text = all.substr(0, size - 2);
  FileFacts facts;
  facts.name = kNames.at(byte_of(all, size - 2) % kNames.size());
  const unsigned choice = byte_of(all, size - 1);
  if ((choice & 128U) != 0) facts.size = text.size();
  const auto contract = std::make_shared<fuzz::ChosenContract>(settings_of(choice));
  const Verdict verdict = fuzz::same_in_all_cuts(contract, facts, text);
  // What is called valid and is text is UTF-8, by the plain definition.
  const bool text_type = verdict.type.starts_with("text/") || verdict.type == "application/json";
  const bool checked = verdict.kind == VerdictKind::kValid && (choice & 64U) == 0;
  FUZZ_HOLDS(!text_type || !checked || is_valid_utf8(text));
  return 0;
}
