#pragma once
// Checksum files and manifests that a file's contract asks for: they are read before the file, and their digests enter
// the decision. What becomes of them themselves: companion_file.h.

#include <vector>

#include "pipeline/claimed.h"
#include "ports/object_store.h"
#include "validate/validator.h"

namespace scalper {

struct CompanionsFound {
  std::vector<DeclaredDigest> declared;
  std::vector<CompanionUse> used;
  std::vector<Finding> findings;  // of those that cannot be read
  Millis wait{0};                 // over zero: a required one is not there yet, come again after this time
};

// Looks for what the contract asks for: one GET a candidate, of which a contract that requires a kind has one sidecar,
// or two manifest names a folder. In a review nothing is waited for, and companions are also looked for where they have
// gone: those that the verdict before was made with, and newer ones that came too late for it. A release needs none.
// Errors: could not, try again; kNotFound and kPermissionDenied are never said of the file itself.
[[nodiscard]] Result<CompanionsFound> find_companions(Gate& gate, const CallContext& context, Claimed& claimed);

// "Not there" and "denied", said of another object than the claimed source: the try failed, the source is what it was.
[[nodiscard]] Error not_of_the_source(const Error& error);

struct MetadataDigests {
  std::vector<DeclaredDigest> declared;
  std::vector<Finding> findings;  // one for each that is no digest
};

// "sha256", "sha1", "md5", "crc32", "crc32c" and "crc64nvme" in hexadecimal or base64, as senders put them into user
// metadata; "content-md5" and "md5chksum" as upload tools do.
[[nodiscard]] MetadataDigests declared_in_metadata(const Metadata& metadata);

}  // namespace scalper
