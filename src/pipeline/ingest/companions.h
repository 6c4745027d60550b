#pragma once
// Checksum files and manifests that a file's contract asks for: they are read before the file, and their digests enter
// the decision.

#include <vector>

#include "pipeline/claimed.h"
#include "ports/object_store.h"
#include "validate/validator.h"

namespace scalper {

struct CompanionsFound {
  std::vector<DeclaredDigest> declared;
  std::vector<CompanionUse> used;
  Millis wait{0};  // over zero: a required one is not there yet, come again after this time
};

[[nodiscard]] Result<CompanionsFound> find_companions(Gate& gate, const CallContext& context, Claimed& claimed);

// "sha256", "sha1", "md5", "crc32", "crc32c" and "crc64nvme" in hexadecimal, as senders put them into user metadata.
[[nodiscard]] std::vector<DeclaredDigest> declared_in_metadata(const Metadata& metadata);

}  // namespace scalper
