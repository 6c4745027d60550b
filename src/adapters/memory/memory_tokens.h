#pragma once
// Access tokens in a map. Everything is gone with the process.

#include <map>
#include <mutex>
#include <string>

#include "ports/clock.h"
#include "ports/tokens.h"

namespace scalper {

class MemoryTokens final : public Tokens {
 public:
  // The clock outlives it.
  explicit MemoryTokens(Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<std::optional<AccessToken>> find(const CallContext&, const std::string& hash) override;
  [[nodiscard]] Result<std::vector<AccessToken>> list(const CallContext&) override;
  [[nodiscard]] Result<void> add(const CallContext&, const AccessToken& token) override;
  [[nodiscard]] Result<void> revoke(const CallContext&, const std::string& hash, WallTime at) override;

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, AccessToken> tokens_;
};

}  // namespace scalper
