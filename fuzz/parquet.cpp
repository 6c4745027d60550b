// Parquet: the same verdict however the input is cut, alone and under a contract with a schema of columns.
#include <string>
#include <vector>

#include "validate/schema/table_schema.h"
#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  const std::string text = "PAR1\x15" + std::string(1, '\0') + std::string(reinterpret_cast<const char*>(bytes), size);
  const std::string whole(reinterpret_cast<const char*>(bytes), size);
  FileFacts facts;
  facts.as = "application/vnd.apache.parquet";
  const auto plain = std::make_shared<fuzz::ChosenContract>(ContractSettings{});
  std::vector<LintMessage> messages;
  ContractSettings settings;
  settings.parquet.max_rows = 3;
  settings.parquet.compiled =
      schema::compile_table("t.json", R"({"fields": [{"name": "n", "type": "integer"}]})", messages);
  FUZZ_HOLDS(settings.parquet.compiled != nullptr);
  const auto strict = std::make_shared<fuzz::ChosenContract>(settings);
  fuzz::same_in_all_cuts(plain, facts, text);
  const Verdict open = fuzz::same_in_all_cuts(plain, facts, whole);
  const Verdict closed = fuzz::same_in_all_cuts(strict, facts, whole);
  FUZZ_HOLDS(closed.kind != VerdictKind::kValid || open.kind == VerdictKind::kValid);
  return 0;
}
