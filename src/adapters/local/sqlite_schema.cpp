#include "adapters/local/sqlite_schema.h"

#include <array>

namespace scalper {
namespace {

// `age` is the negated final time, so that every index runs upwards and a position is one row value. A record's lease
// stands in its column alone: renewals do not rewrite the body.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE store (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO store VALUES ('cursor_secret', randomblob(32));
CREATE TABLE records (
  id BLOB NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  owner BLOB NOT NULL,
  lease_until INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  decided INTEGER NOT NULL,
  open INTEGER NOT NULL,
  status TEXT NOT NULL,
  key BLOB NOT NULL,
  age INTEGER,
  expires_at INTEGER,
  body TEXT NOT NULL
);
CREATE INDEX records_by_status ON records (status, age, id) WHERE age IS NOT NULL;
CREATE INDEX records_by_time ON records (age, id) WHERE age IS NOT NULL;
CREATE INDEX records_by_key ON records (key, age, id) WHERE age IS NOT NULL;
CREATE INDEX records_open ON records (id) WHERE open = 1;
CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE markers (name BLOB PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  body BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL,
  receipt BLOB,
  died_at INTEGER
);
CREATE INDEX messages_visible ON messages (visible_at, number) WHERE died_at IS NULL;
CREATE INDEX messages_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX messages_dead ON messages (number) WHERE died_at IS NOT NULL;
CREATE INDEX messages_sent ON messages (sent_at) WHERE died_at IS NULL;
CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  delivered_at INTEGER
);
CREATE INDEX outbox_waiting ON outbox (number) WHERE delivered_at IS NULL;
)sql";

// Access tokens. `ended`: when it was revoked or expires; null: never.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE tokens (hash BLOB PRIMARY KEY, created INTEGER NOT NULL, ended INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
)sql";

// Which notices have been taken over for a webhook (`cursor`, a number of the outbox), and which of them have not
// arrived yet. `died_at`: nobody tries any more.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE webhooks (
  id BLOB PRIMARY KEY,
  cursor INTEGER NOT NULL,
  disabled_at INTEGER,
  delivered_at INTEGER,
  why TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE deliveries (
  webhook BLOB NOT NULL,
  notice INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  begun_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  died_at INTEGER,
  why TEXT NOT NULL,
  PRIMARY KEY (webhook, notice)
) WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (webhook, due_at) WHERE died_at IS NULL;
)sql";

// The audit trail, which the database itself keeps from being changed; and what is forgotten by itself.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is kept'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is kept'); END;
CREATE TABLE passing (
  name BLOB PRIMARY KEY,
  value BLOB NOT NULL,
  revision INTEGER NOT NULL,
  forget_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX passing_by_time ON passing (forget_at);
)sql";

// A start looks at what is in work, however long the history is.
constexpr const char* kVersion5 = R"sql(
CREATE INDEX records_unfinished ON records (id) WHERE age IS NULL;
)sql";

constexpr const char* kCountTables =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
    "name IN ('store', 'records', 'markers', 'messages', 'outbox', 'tokens', 'webhooks', 'deliveries', 'audit', "
    "'passing')";
constexpr std::int64_t kTables = 10;

// Step n brings version n - 1 to version n.
constexpr std::array<const char*, kDatabaseVersion> kSteps = {kVersion1, kVersion2, kVersion3, kVersion4, kVersion5};

Result<std::int64_t> number_of(SqliteConnection& connection, std::string_view sql) {
  SCALPER_TRY_ASSIGN(auto statement, connection.prepare(sql));
  SCALPER_TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

Result<void> take_step(SqliteConnection& writer, std::int64_t version) {
  const std::string stamp = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=" + std::to_string(version) + "; COMMIT;";
  SCALPER_TRY(writer.run("BEGIN IMMEDIATE;"));
  const auto made = writer.run(kSteps.at(static_cast<std::size_t>(version - 1)) + stamp);
  if (made.ok()) return {};
  [[maybe_unused]] const auto undone = writer.run("ROLLBACK;");
  return made.error().within("bringing the database to version " + std::to_string(version));
}

}  // namespace

Result<void> prepare_schema(SqliteConnection& writer) {
  SCALPER_TRY_ASSIGN(const std::int64_t program, number_of(writer, "PRAGMA application_id"));
  SCALPER_TRY_ASSIGN(const std::int64_t version, number_of(writer, "PRAGMA user_version"));
  SCALPER_TRY_ASSIGN(const std::int64_t tables, number_of(writer, "SELECT count(*) FROM sqlite_schema"));
  const bool fresh = program == 0 && version == 0 && tables == 0;
  if (!fresh && program != kApplicationId)
    return Error(ErrorCode::kUnsupported, "the database is of another program: move it away, or name another folder");
  if (version > kDatabaseVersion)
    return Error(ErrorCode::kUnsupported, "the database has version " + std::to_string(version) +
                                              ", made by a newer program; this one knows version " +
                                              std::to_string(kDatabaseVersion) + ": install the newer one");
  if (!fresh && version < 1)
    return Error(ErrorCode::kCorrupt, "database: version " + std::to_string(version) + " was never written");
  for (std::int64_t next = version + 1; next <= kDatabaseVersion; ++next) SCALPER_TRY(take_step(writer, next));
  SCALPER_TRY_ASSIGN(const std::int64_t ours, number_of(writer, kCountTables));
  if (ours != kTables) return Error(ErrorCode::kCorrupt, "database: tables are missing");
  return {};
}

}  // namespace scalper
