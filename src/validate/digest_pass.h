#pragma once
// The digests of the received bytes, always to the last one, and what the sender stated beside them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "digest/crc32.h"
#include "digest/crc32c.h"
#include "digest/crc64nvme.h"
#include "digest/old_hash.h"
#include "digest/sha256.h"
#include "model/verdict.h"
#include "validate/checker.h"

namespace scalper {

// "SHA-256"
[[nodiscard]] std::string_view name_of(DigestKind kind);

class DigestPass {
 public:
  // SHA-256 and CRC64NVME, and those kinds that are declared. kUnsupported: this system has no such hash.
  [[nodiscard]] static Result<DigestPass> make(const std::vector<DeclaredDigest>& declared);

  void update(Bytes bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Once.
  [[nodiscard]] Digests finish();

 private:
  DigestPass() = default;

  Sha256 sha256_;
  Crc64Nvme crc64nvme_;
  std::optional<Crc32> crc32_;
  std::optional<Crc32c> crc32c_;
  std::optional<OldHash> sha1_;
  std::optional<OldHash> md5_;
  std::uint64_t size_ = 0;
};

// Says checksum.mismatch for each declared digest that is another one, and checksum.missing where `required` names a
// kind that was not declared.
void compare_digests(const Layer& layer, const Digests& found, const std::vector<DeclaredDigest>& declared,
                     std::optional<DigestKind> required);

}  // namespace scalper
