#pragma once
// Access tokens in the database's table `tokens`.

#include "adapters/local/sqlite_database.h"
#include "ports/tokens.h"

namespace scalper {

class SqliteTokens final : public Tokens {
 public:
  // The database outlives it.
  explicit SqliteTokens(SqliteDatabase& database) : database_(database) {}

  [[nodiscard]] Result<std::optional<AccessToken>> find(const CallContext&, const std::string& hash) override;
  [[nodiscard]] Result<std::vector<AccessToken>> list(const CallContext&) override;
  [[nodiscard]] Result<void> add(const CallContext&, const AccessToken& token) override;
  [[nodiscard]] Result<void> revoke(const CallContext&, const std::string& hash, WallTime at) override;

 private:
  SqliteDatabase& database_;
};

}  // namespace scalper
