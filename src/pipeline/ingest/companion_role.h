#pragma once
// Who is whose companion, by names and contracts. Pure.

#include <optional>
#include <string_view>
#include <vector>

#include "validate/contract.h"
#include "validate/integrity/companion_key.h"

namespace scalper {

// The checksum files that this file's contract asks for, by key, nearest first; none where it asks for none.
[[nodiscard]] std::vector<CompanionKey> companions_asked_for(const CompiledContract& contract, std::string_view key);

// The checksum file that a key is: a sidecar of a file whose contract asks for it, or a manifest in a folder of a
// contract that asks for it. nullopt: an ordinary file, judged by its own contract, whatever its name looks like. A
// checksum file has no companions itself.
[[nodiscard]] std::optional<CompanionKey> companion_role(const ContractIndex& contracts, std::string_view key);

// The contract of a file, if the file asks for this companion; else null.
[[nodiscard]] std::shared_ptr<const CompiledContract> asks_for(const ContractIndex& contracts, std::string_view key,
                                                               const CompanionKey& companion);

}  // namespace scalper
