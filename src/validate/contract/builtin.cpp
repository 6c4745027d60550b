#include "validate/contract/builtin.h"

namespace scalper::grammar {

std::string_view builtin_text() {
  return R"(contract: builtin
checks: all
text: {encoding: utf-8, bom: allow, controls: warn}
csv: {quote: '"'}
json: {duplicate_keys: warn}
archive: {max_entries: 10000, max_ratio: 100, max_depth: 5, max_total: 4GiB}
safety: {csv_formula: warn, executable: error}
limits: {findings: 100, decoder_memory: 80MiB}
)";
}

}  // namespace scalper::grammar
