#pragma once
// Access tokens: who may call, and as what. A token's text is shown once and kept nowhere; what is kept is its SHA-256.
//
// Text: "scalper_", 52 characters that hold 256 random bits, 7 that hold the CRC-32 of all before them (letters and
// digits of RFC 4648 base-32, lower case). So secret scanners find one by its look, and a mistyped one is told from a
// foreign one without a look at the store.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/role.h"

namespace scalper {

inline constexpr std::string_view kTokenMark = "scalper_";
inline constexpr std::size_t kTokenLength = 8 + 52 + 7;
inline constexpr std::size_t kTokenIdLength = 16;
inline constexpr std::size_t kMaxTokenName = 100;     // bytes
inline constexpr std::size_t kMaxTokenPrefixes = 32;  // each at most as long as a key

struct AccessToken {
  std::string hash;  // SHA-256 of the text, 64 hexadecimal characters, lower case
  std::string name;  // what reviews and logs call its holder
  Role role = Role::kViewer;
  std::vector<std::string> prefixes = {};  // of uploaders; empty: any key
  WallTime created{};
  std::optional<WallTime> expires = std::nullopt;
  std::optional<WallTime> revoked = std::nullopt;

  friend bool operator==(const AccessToken&, const AccessToken&) = default;
};

// Of 256 fresh bits. kInternal: the system has none to give.
[[nodiscard]] Result<std::string> new_token_text();
// Whether the text is one that new_token_text() can have made.
[[nodiscard]] bool is_token_text(std::string_view text);
[[nodiscard]] std::string token_hash(std::string_view text);
[[nodiscard]] bool is_token_hash(std::string_view text);

// What people call a token by: the beginning of its hash. It says nothing about the text.
[[nodiscard]] std::string token_id(const AccessToken& token);

// Neither revoked nor expired.
[[nodiscard]] bool is_in_force(const AccessToken& token, WallTime now);
// When it ended or will end; nullopt: it is for ever.
[[nodiscard]] std::optional<WallTime> end_of(const AccessToken& token);

// kInvalidArgument with a sentence: no hash, no name or a hostile one, no role, prefixes of another role than uploader,
// or more or longer ones than there may be.
[[nodiscard]] Result<void> check_token(const AccessToken& token);

// The text form in stores.
[[nodiscard]] std::string token_to_json(const AccessToken& token);
// kCorrupt: not what token_to_json() makes of a token that check_token() takes.
[[nodiscard]] Result<AccessToken> token_from_json(std::string_view text);

}  // namespace scalper
