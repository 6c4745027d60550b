// The checkers of JSON, NDJSON, JSON text sequences and CSV: the same findings however the input is cut, whatever the
// first byte makes of the contract; nothing is said that a terminal would obey.
#include "validate/formats/ndjson.h"

#include <algorithm>
#include <string>

#include "base/escape.h"
#include "fuzz.h"
#include "validate/formats/csv.h"
#include "validate/formats/json.h"
#include "validate/formats/json_seq.h"

namespace {

using namespace scalper;
using Make = std::unique_ptr<Checker> (*)(const Layer&);

ContractSettings settings_of(unsigned choice) {
  ContractSettings settings;
  settings.json.duplicate_keys = static_cast<Strictness>(choice % 3);
  if ((choice & 4U) != 0) settings.json.depth = 5;
  if ((choice & 8U) != 0) settings.csv.delimiter = ';';
  if ((choice & 16U) != 0) settings.csv.header = false;
  settings.safety.csv_formula = static_cast<Strictness>(choice / 32 % 3);
  return settings;
}

Findings findings_of(Make make, const ContractSettings& settings, std::string_view text, std::size_t chunk,
                     std::size_t most) {
  Findings findings(most);
  Budget budget;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  const auto checker = make(layer);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    const std::string copy(text.substr(at, chunk));
    checker->feed(as_bytes(copy));
  }
  checker->finish();
  return findings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const ContractSettings settings = settings_of(input.byte());
  const std::string_view text = input.rest();
  for (const Make make : {make_ndjson_checker, make_json_seq_checker, make_json_checker, make_csv_checker}) {
    const Findings whole = findings_of(make, settings, text, text.size() + 1, 1000);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{13}}) {
      const Findings cut = findings_of(make, settings, text, chunk, 1000);
      FUZZ_HOLDS(cut.kept() == whole.kept() && cut.total() == whole.total() && cut.verdict() == whole.verdict());
    }
    const Findings few = findings_of(make, settings, text, text.size() + 1, 3);
    FUZZ_HOLDS(few.total() == whole.total() && few.verdict() == whole.verdict());
    FUZZ_HOLDS(std::equal(few.kept().begin(), few.kept().end(), whole.kept().begin()));
    for (const Finding& finding : whole.kept()) {
      FUZZ_HOLDS(is_valid_utf8(finding.message));
      FUZZ_HOLDS(
          std::none_of(finding.message.begin(), finding.message.end(), [](char c) { return c >= 0 && c < ' '; }));
      FUZZ_HOLDS(!finding.location.byte.has_value() || *finding.location.byte <= text.size());
    }
  }
  return 0;
}
