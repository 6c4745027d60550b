#include "adapters/memory/memory_tokens.h"

#include <algorithm>

#include "ports/may_begin.h"

namespace scalper {

Result<std::optional<AccessToken>> MemoryTokens::find(const CallContext& context, const std::string& hash) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(hash);
  if (found == tokens_.end()) return std::optional<AccessToken>{};
  return std::optional(found->second);
}

Result<std::vector<AccessToken>> MemoryTokens::list(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  std::vector<AccessToken> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, token] : tokens_) all.push_back(token);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const AccessToken& a, const AccessToken& b) { return a.created > b.created; });
  return all;
}

Result<void> MemoryTokens::add(const CallContext& context, const AccessToken& token) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_token(token));
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [now](const auto& entry) {
    const auto end = end_of(entry.second);
    return end && *end + kTokenMemory <= now;
  });
  if (tokens_.contains(token.hash)) return Error(ErrorCode::kAlreadyExists, "that token is there already");
  if (tokens_.size() >= kMostTokens) return too_many_tokens();
  tokens_.emplace(token.hash, token);
  return {};
}

Result<void> MemoryTokens::revoke(const CallContext& context, const std::string& hash, WallTime at) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(hash);
  if (found == tokens_.end()) return Error(ErrorCode::kNotFound, "there is no such token");
  if (!found->second.revoked) found->second.revoked = at;
  return {};
}

}  // namespace scalper
