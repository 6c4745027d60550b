#include "validate/integrity/digest_text.h"

#include <cctype>
#include <cstdint>

#include "base/bytes.h"

namespace scalper {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool is_word(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(text[i]) != lower_word[i]) return false;
  return true;
}

// 0 to 63; nullopt: none of the alphabet.
std::optional<std::uint32_t> sextet(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

}  // namespace

std::string_view digest_word(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha256: return "sha256";
    case DigestKind::kCrc64Nvme: return "crc64nvme";
    case DigestKind::kCrc32: return "crc32";
    case DigestKind::kCrc32c: return "crc32c";
    case DigestKind::kSha1: return "sha1";
    case DigestKind::kMd5: return "md5";
  }
  return {};
}

std::optional<DigestKind> parse_digest_word(std::string_view word) {
  for (const DigestKind kind : kDigestKinds)
    if (is_word(word, digest_word(kind))) return kind;
  if (is_word(word, "sha2-256")) return DigestKind::kSha256;
  return std::nullopt;
}

std::size_t digest_bytes(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha256: return 32;
    case DigestKind::kCrc64Nvme: return 8;
    case DigestKind::kCrc32:
    case DigestKind::kCrc32c: return 4;
    case DigestKind::kSha1: return 20;
    case DigestKind::kMd5: return 16;
  }
  return 0;
}

std::optional<std::string> read_hex_digest(DigestKind kind, std::string_view text) {
  if (text.size() != 2 * digest_bytes(kind)) return std::nullopt;
  std::string hex;
  for (const char c : text) hex += lower(c);
  return from_hex(hex) ? std::optional(std::move(hex)) : std::nullopt;
}

std::optional<std::string> read_base64_digest(DigestKind kind, std::string_view text) {
  const std::size_t bytes = digest_bytes(kind);
  const std::size_t padding = (3 - bytes % 3) % 3;
  if (text.size() != (bytes + 2) / 3 * 4 || text.substr(text.size() - padding) != std::string(padding, '='))
    return std::nullopt;
  std::string decoded;
  std::uint32_t bits = 0;
  std::size_t held = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const auto six = sextet(c);
    if (!six) return std::nullopt;
    bits = (bits << 6U | *six) & 0xFFFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded += static_cast<char>(bits >> held & 0xFFU);
  }
  const bool clean = (bits & ((1U << held) - 1U)) == 0;  // the bits that padding leaves over are zero
  return clean ? std::optional(to_hex(as_bytes(decoded))) : std::nullopt;
}

}  // namespace scalper
