#include "model/access_token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/escape.h"
#include "digest/crc32.h"
#include "digest/random_bytes.h"
#include "digest/sha256.h"
#include "model/names.h"

namespace scalper {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kCheck = 7;

// Five bits a character, the most significant first; zeros fill the last.
std::string base32(Bytes bytes) {
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits = (bits << 8U) | std::to_integer<unsigned>(byte);
    for (held += 8; held >= 5; held -= 5) text += kAlphabet[(bits >> (held - 5U)) & 31U];
    bits &= 31U;
  }
  if (held > 0) text += kAlphabet[(bits << (5U - held)) & 31U];
  return text;
}

std::string checksum_of(std::string_view text) {
  Crc32 crc;
  crc.update(as_bytes(text));
  std::array<std::byte, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(crc.value() >> (24U - 8U * i));
  return base32(bytes);
}

bool is_clean(std::string_view name) {
  return is_valid_utf8(name) && std::none_of(name.begin(), name.end(),
                                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Error refused(const char* why) { return {ErrorCode::kInvalidArgument, why}; }

}  // namespace

Result<std::string> new_token_text() {
  SCALPER_TRY_ASSIGN(const auto secret, random_secret());
  const std::string text = std::string(kTokenMark) + base32(secret);
  return text + checksum_of(text);
}

bool is_token_text(std::string_view text) {
  if (text.size() != kTokenLength || !text.starts_with(kTokenMark)) return false;
  const std::string_view said = text.substr(kTokenLength - kCheck);
  return said == checksum_of(text.substr(0, kTokenLength - kCheck));
}

std::string token_hash(std::string_view text) { return to_hex(sha256(as_bytes(text))); }

bool is_token_hash(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string token_id(const AccessToken& token) { return token.hash.substr(0, kTokenIdLength); }

std::optional<WallTime> end_of(const AccessToken& token) {
  if (!token.revoked || !token.expires) return token.revoked ? token.revoked : token.expires;
  return std::min(*token.revoked, *token.expires);
}

bool is_in_force(const AccessToken& token, WallTime now) {
  return !token.revoked && (!token.expires || now < *token.expires);
}

Result<void> check_token(const AccessToken& token) {
  if (!is_token_hash(token.hash)) return refused("a token is known by its SHA-256");
  if (token.name.empty() || token.name.size() > kMaxTokenName || !is_clean(token.name))
    return refused("a token's name has 1 to 100 bytes of UTF-8, no control characters");
  if (token.role == Role::kNone) return refused("a token's role is viewer, uploader or operator");
  if (token.role != Role::kUploader && !token.prefixes.empty()) return refused("prefixes are for uploaders alone");
  if (token.prefixes.size() > kMaxTokenPrefixes) return refused("a token has at most 32 prefixes");
  const auto sound = [](const std::string& prefix) {
    return !prefix.empty() && prefix.size() <= kMaxKeyBytes && is_clean(prefix);
  };
  if (!std::all_of(token.prefixes.begin(), token.prefixes.end(), sound))
    return refused("a token's prefix has 1 to 1,024 bytes of UTF-8, no control characters");
  return {};
}

}  // namespace scalper
