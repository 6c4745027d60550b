#pragma once
// Access tokens, kept by their hash (model/access_token.h). Safe from many threads.
//
// No comparison here can be timed towards a token: what is looked up is the SHA-256 of what a caller showed, of which
// nobody can choose the next byte.
//
// Errors: kInvalidArgument, kThrottled, kTimeout, kUnavailable, kNoSpace, kCorrupt, kCancelled, and what is said below.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/access_token.h"
#include "ports/call_context.h"

namespace scalper {

// A store need keep no more; revoked and expired ones count as long as they are remembered.
inline constexpr std::size_t kMostTokens = 1000;
// So long a token that ended is remembered at least, for whoever asks who that was.
inline constexpr Millis kTokenMemory{std::chrono::hours{24 * 90}};

[[nodiscard]] inline Error too_many_tokens() {
  return {ErrorCode::kNoSpace, "there are 1,000 tokens; one that ended counts for 90 days more"};
}

class Tokens {
 public:
  virtual ~Tokens() = default;

  // Strongly consistent, also of those that ended: whether it is in force is for the caller to ask.
  [[nodiscard]] virtual Result<std::optional<AccessToken>> find(const CallContext&, const std::string& hash) = 0;
  // All that are remembered, newest first, then by hash. May lag behind writes.
  [[nodiscard]] virtual Result<std::vector<AccessToken>> list(const CallContext&) = 0;
  // kAlreadyExists: that hash is there. kNoSpace: there are kMostTokens (counted by a list that may lag).
  // kInvalidArgument: check_token().
  [[nodiscard]] virtual Result<void> add(const CallContext&, const AccessToken& token) = 0;
  // From `at` on it is void. One that is revoked stays as it was. kNotFound: there is none.
  [[nodiscard]] virtual Result<void> revoke(const CallContext&, const std::string& hash, WallTime at) = 0;
};

}  // namespace scalper
