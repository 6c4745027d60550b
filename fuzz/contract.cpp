// Contracts: no input hurts; a set is refused with an error or sound without; every message is harmless and placed
// within its file; the canonical form of a contract is a contract of the same digest.
#include "validate/contract.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/escape.h"
#include "fuzz.h"
#include "validate/contract/canonical.h"
#include "validate/contract/tree.h"

namespace {

using namespace scalper;

void look_at_messages(const CompiledSet& set, const std::string& text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  bool refused = false;
  for (const LintMessage& message : set.messages) {
    refused = refused || message.level == LintMessage::Level::kError;
    FUZZ_HOLDS(!message.message.empty());
    FUZZ_HOLDS(is_valid_utf8(message.message));
    FUZZ_HOLDS(message.message.find_first_of("\n\r\x1b\x7f") == std::string::npos);
    FUZZ_HOLDS(message.line <= lines + 2);
  }
  FUZZ_HOLDS(refused == (set.index == nullptr));
}

void write_again(const std::string& path, const std::string& text, const std::string& digest) {
  std::vector<LintMessage> messages;
  grammar::Lint lint(path, messages);
  const auto tree = path.ends_with(".json") ? grammar::read_json(text, lint) : grammar::read_yaml(text, lint);
  FUZZ_HOLDS(tree.has_value());
  const CompiledSet again = compile_contracts({{"again.json", grammar::canonical(*tree)}});
  FUZZ_HOLDS(again.index != nullptr);
  FUZZ_HOLDS(again.index->all().front()->stamp().digest == digest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  for (const std::string path : {"a.yaml", "a.json", "set.yaml"}) {
    const CompiledSet set = compile_contracts({{path, text}});
    look_at_messages(set, text);
    if (!set.index) continue;
    FUZZ_HOLDS(set.index->match(text.substr(0, 100)) != nullptr || path == "set.yaml");
    const auto first = set.index->all();
    if (first.size() == 2) write_again(path, text, first.front()->stamp().digest);
  }
  return 0;
}
