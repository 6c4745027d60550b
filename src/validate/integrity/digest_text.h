#pragma once
// Digests as senders write them. Pure.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "validate/contract_settings.h"

namespace scalper {

inline constexpr std::array<DigestKind, 6> kDigestKinds = {DigestKind::kSha256, DigestKind::kSha1,
                                                           DigestKind::kMd5,    DigestKind::kCrc64Nvme,
                                                           DigestKind::kCrc32c, DigestKind::kCrc32};

// "sha256", "crc64nvme" ...: as contracts, sidecars and metadata name them.
[[nodiscard]] std::string_view digest_word(DigestKind kind);
// In any case, also openssl's "SHA2-256".
[[nodiscard]] std::optional<DigestKind> parse_digest_word(std::string_view word);
[[nodiscard]] std::size_t digest_bytes(DigestKind kind);

// Lower-case hexadecimal of exactly this kind's length, from hexadecimal of any case.
[[nodiscard]] std::optional<std::string> read_hex_digest(DigestKind kind, std::string_view text);
// The same from base64 (RFC 4648, section 4, with padding), as S3 states its checksums and HTTP its Content-MD5.
[[nodiscard]] std::optional<std::string> read_base64_digest(DigestKind kind, std::string_view text);

}  // namespace scalper
