#include "support/companions.h"

namespace scalper::tests {

ContractSet orders_contract(const std::string& prefix, const std::string& integrity) {
  const std::string text = "contract: orders\nmatch: {prefix: \"" + prefix + "\"}\nintegrity: {" + integrity + "}\n";
  return {to_hex(sha256(as_bytes(text))), {{"orders.yaml", text}}};
}

}  // namespace scalper::tests
