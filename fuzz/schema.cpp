// A schema and a document from one input: what compiles judges the document the same way however it is cut, and says
// only what the table has.
#include <string>

#include "fuzz.h"
#include "validate/schema/compiled_schema.h"
#include "whole.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace scalper;
  fuzz::Input input(bytes, size);
  const std::uint8_t choice = input.byte();
  // The first NUL stands between them: neither has one.
  const std::string_view rest = input.rest();
  const std::size_t between = std::min(rest.find('\0'), rest.size());
  const std::string schema(rest.substr(0, between));
  const std::string_view document = rest.substr(std::min(between + 1, rest.size()));
  schema::SchemaOptions options;
  options.draft = (choice & 1U) != 0 ? schema::Draft::k7 : schema::Draft::k2020;
  options.assert_formats = (choice & 2U) != 0;
  std::vector<LintMessage> messages;
  const auto files = schema::make_schema_files({{"s.json", "set:/s.json", schema}});
  ContractSettings settings;
  settings.json.compiled = files->compile("s.json", options, messages);
  for (const LintMessage& message : messages) FUZZ_HOLDS(is_valid_utf8(message.message));
  if (settings.json.compiled == nullptr) {
    FUZZ_HOLDS(!messages.empty());
    return 0;
  }
  FileFacts facts;
  facts.name = (choice & 4U) != 0 ? "a.ndjson" : "a.json";
  static_cast<void>(fuzz::same_in_all_cuts(std::make_shared<fuzz::ChosenContract>(settings), facts, document));
  return 0;
}
