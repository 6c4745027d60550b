// What a stranger writes: one file, fed in pieces as they come, and its verdict.
#include <cstdio>

#include "validate/validator.h"

int main() {
  auto validator = scalper::Validator::begin(scalper::builtin_contract(), {.name = "orders.csv"}, {});
  if (!validator.ok()) return 70;
  for (const char* piece : {"sku,amount\n", "a1,2\na2", ",3,4\n"}) (void)validator->feed(scalper::as_bytes(piece));
  const auto verdict = validator->finish();
  if (!verdict.ok()) return 70;
  for (const auto& finding : verdict->findings) std::printf("%s: %s\n", finding.code.c_str(), finding.message.c_str());
  return verdict->kind == scalper::VerdictKind::kInvalid ? 0 : 1;
}
