#include "validate/digest_pass.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

template <class Number>
std::string hex_of(Number value) {
  std::array<std::byte, sizeof(Number)> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes.at(bytes.size() - 1 - i) = static_cast<std::byte>(value >> (8 * i));
  }
  return to_hex(bytes);
}

const std::string& of_kind(const Digests& digests, DigestKind kind) {
  static const std::string none;
  const auto given = [](const std::optional<std::string>& digest) -> const std::string& {
    return digest.has_value() ? *digest : none;
  };
  switch (kind) {
    case DigestKind::kSha256: return digests.sha256;
    case DigestKind::kCrc64Nvme: return digests.crc64nvme;
    case DigestKind::kCrc32: return given(digests.crc32);
    case DigestKind::kCrc32c: return given(digests.crc32c);
    case DigestKind::kSha1: return given(digests.sha1);
    case DigestKind::kMd5: return given(digests.md5);
  }
  return none;
}

bool declares(const std::vector<DeclaredDigest>& declared, DigestKind kind) {
  return std::any_of(declared.begin(), declared.end(), [&](const DeclaredDigest& d) { return d.kind == kind; });
}

Result<void> begin(std::optional<OldHash>& hash, OldHashKind kind) {
  SCALPER_TRY_ASSIGN(hash, OldHash::make(kind));
  return {};
}

}  // namespace

std::string_view name_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha256: return "SHA-256";
    case DigestKind::kCrc64Nvme: return "CRC64NVME";
    case DigestKind::kCrc32: return "CRC32";
    case DigestKind::kCrc32c: return "CRC32C";
    case DigestKind::kSha1: return "SHA-1";
    case DigestKind::kMd5: return "MD5";
  }
  return "";
}

Result<DigestPass> DigestPass::make(const std::vector<DeclaredDigest>& declared) {
  DigestPass pass;
  if (declares(declared, DigestKind::kCrc32)) pass.crc32_.emplace();
  if (declares(declared, DigestKind::kCrc32c)) pass.crc32c_.emplace();
  if (declares(declared, DigestKind::kSha1)) SCALPER_TRY(begin(pass.sha1_, OldHashKind::kSha1));
  if (declares(declared, DigestKind::kMd5)) SCALPER_TRY(begin(pass.md5_, OldHashKind::kMd5));
  return pass;
}

void DigestPass::update(Bytes bytes) {
  size_ += bytes.size();
  sha256_.update(bytes);
  crc64nvme_.update(bytes);
  if (crc32_.has_value()) crc32_->update(bytes);
  if (crc32c_.has_value()) crc32c_->update(bytes);
  if (sha1_.has_value()) sha1_->update(bytes);
  if (md5_.has_value()) md5_->update(bytes);
}

Digests DigestPass::finish() {
  Digests digests;
  digests.sha256 = to_hex(sha256_.finish());
  digests.crc64nvme = crc64nvme_hex(crc64nvme_.value());
  if (crc32_.has_value()) digests.crc32 = hex_of(crc32_->value());
  if (crc32c_.has_value()) digests.crc32c = hex_of(crc32c_->value());
  if (sha1_.has_value()) digests.sha1 = sha1_->finish();
  if (md5_.has_value()) digests.md5 = md5_->finish();
  return digests;
}

void compare_digests(const Layer& layer, const Digests& found, const std::vector<DeclaredDigest>& declared,
                     std::optional<DigestKind> required) {
  for (const DeclaredDigest& stated : declared) {
    const std::string& actual = of_kind(found, stated.kind);
    if (stated.hex == actual) continue;
    layer.report("checksum.mismatch", std::string(name_of(stated.kind)) + " by " + escape_text(stated.stated) + " is " +
                                          escape_text(stated.hex) + ", that of the received bytes is " + actual);
  }
  if (!required.has_value() || declares(declared, *required)) return;
  layer.report("checksum.missing", "the contract requires a checksum of kind " + std::string(name_of(*required)) +
                                       ", and none was declared");
}

}  // namespace scalper
