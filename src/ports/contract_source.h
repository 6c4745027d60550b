#pragma once
// Contracts are one set: immutable files under their digest, then one pointer `current`.

#include <string>
#include <vector>

#include "base/result.h"
#include "ports/call_context.h"

namespace scalper {

struct ContractFile {
  std::string path;  // relative, '/' between segments: "orders.yaml", "schemas/order.schema.json"
  std::string text;
};

struct ContractSet {
  std::string digest;  // of the set as stored; equal digest = equal files
  std::vector<ContractFile> files;
};

class ContractSource {
 public:
  virtual ~ContractSource() = default;
  // The digest of the set that is current now; cheap, asked before every claim (adapters may cache it for 10 s).
  // kNotFound: no set was ever published.
  [[nodiscard]] virtual Result<std::string> current_digest(const CallContext&) = 0;
  [[nodiscard]] virtual Result<ContractSet> load(const CallContext&, const std::string& digest) = 0;
  // Makes this set current, in one step. The caller has linted it. kInvalidArgument: a digest that is empty or not made
  // of letters, digits, '-', '_' and '.'; a path that is empty, absolute, doubled or leads out of the set; other files
  // than those stored under this digest.
  [[nodiscard]] virtual Result<void> publish(const CallContext&, const ContractSet& set) = 0;
};

}  // namespace scalper
