#include "adapters/local/sqlite_tokens.h"

namespace scalper {
namespace {

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

Result<std::optional<AccessToken>> find_row(SqliteConnection& connection, std::string_view hash) {
  SCALPER_TRY_ASSIGN(auto row, connection.prepare("SELECT body FROM tokens WHERE hash = ?1"));
  SCALPER_TRY_ASSIGN(const bool found, row.bind(1, hash).step());
  if (!found) return std::optional<AccessToken>{};
  SCALPER_TRY_ASSIGN(AccessToken token, token_from_json(row.bytes(0)));
  // What lies under another's name stands for nobody.
  if (token.hash != hash) return Error(ErrorCode::kCorrupt, "a stored token lies under another's hash");
  return std::optional(std::move(token));
}

Result<void> write_row(SqliteConnection& writer, const AccessToken& token) {
  SCALPER_TRY_ASSIGN(auto put, writer.prepare("INSERT INTO tokens (hash, created, ended, body) VALUES (?1, ?2, ?3, ?4)"
                                              " ON CONFLICT (hash) DO UPDATE SET ended = ?3, body = ?4"));
  const std::string body = token_to_json(token);
  put.bind(1, token.hash).bind(2, millis(token.created)).bind_text(4, body);
  const auto end = end_of(token);
  end ? put.bind(3, millis(*end)) : put.bind_null(3);
  return put.run();
}

Result<void> forget_ended(SqliteConnection& writer, WallTime now) {
  SCALPER_TRY_ASSIGN(auto erase, writer.prepare("DELETE FROM tokens WHERE ended <= ?1"));
  return erase.bind(1, millis(now - kTokenMemory)).run();
}

Result<void> add_row(SqliteConnection& writer, const AccessToken& token, WallTime now) {
  SCALPER_TRY(forget_ended(writer, now));
  SCALPER_TRY_ASSIGN(const auto there, find_row(writer, token.hash));
  if (there) return Error(ErrorCode::kAlreadyExists, "that token is there already");
  {
    SCALPER_TRY_ASSIGN(auto count, writer.prepare("SELECT count(*) FROM tokens"));
    SCALPER_TRY_ASSIGN(const bool row, count.step());
    if (row && count.number(0) >= static_cast<std::int64_t>(kMostTokens)) return too_many_tokens();
  }
  return write_row(writer, token);
}

}  // namespace

Result<std::optional<AccessToken>> SqliteTokens::find(const CallContext& context, const std::string& hash) {
  std::optional<AccessToken> found;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(found, find_row(reader, hash));
    return {};
  }));
  return found;
}

Result<std::vector<AccessToken>> SqliteTokens::list(const CallContext& context) {
  std::vector<AccessToken> all;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT body FROM tokens ORDER BY created DESC, hash"));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      SCALPER_TRY_ASSIGN(AccessToken token, token_from_json(rows.bytes(0)));
      all.push_back(std::move(token));
    }
  }));
  return all;
}

Result<void> SqliteTokens::add(const CallContext& context, const AccessToken& token) {
  SCALPER_TRY(check_token(token));
  return database_.write(context, [token, now = database_.clock().wall_now()](SqliteConnection& writer) {
    return add_row(writer, token, now);
  });
}

Result<void> SqliteTokens::revoke(const CallContext& context, const std::string& hash, WallTime at) {
  return database_.write(context, [hash, at](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto token, find_row(writer, hash));
    if (!token) return Error(ErrorCode::kNotFound, "there is no such token");
    if (token->revoked) return {};
    token->revoked = at;
    return write_row(writer, *token);
  });
}

}  // namespace scalper
