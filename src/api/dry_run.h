#pragma once
// Bytes judged, and nothing stored.

#include <cstdint>
#include <memory>

#include "api/service.h"
#include "validate/validator.h"

namespace scalper::api {

// What a gate would say of these bytes, but for their companions. `contract` null: none matches, and the set sends such
// files to quarantine. kInvalidArgument: more than `at_most` bytes. kTimeout: the request's time was over first.
[[nodiscard]] Result<Verdict> dry_verdict(Gate& gate, const CallContext& context,
                                          const std::shared_ptr<const CompiledContract>& contract, FileFacts facts,
                                          ByteSource& bytes, std::uint64_t at_most);

}  // namespace scalper::api
