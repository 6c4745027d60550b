#pragma once

#include <cstdint>

#include "ports/object_store.h"

namespace scalper::aws {

// The CRC-64/NVME of a version's bytes, read once to its end. kCorrupt: they are not `size`.
[[nodiscard]] Result<std::uint64_t> read_back(ObjectStore& store, const CallContext& context, const ObjectRef& ref,
                                              std::uint64_t size);

}  // namespace scalper::aws
