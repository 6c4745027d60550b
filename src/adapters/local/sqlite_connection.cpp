#include "adapters/local/sqlite_connection.h"

#include <sqlite3.h>

#include <utility>

namespace scalper {
namespace {

constexpr int kBusyMillis = 2000;

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL: return ErrorCode::kNoSpace;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL: return ErrorCode::kUnavailable;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN: return ErrorCode::kPermissionDenied;
    default: return ErrorCode::kInternal;
  }
}

Error error_of(sqlite3* database, int code) {
  const char* const text = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return {code_of(code), "database: " + std::string(text)};
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), bind_code_(other.bind_code_) {}

SqliteStatement::~SqliteStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t number) {
  note(sqlite3_bind_int64(statement_, parameter, number));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view bytes) {
  const char* const data = bytes.empty() ? "" : bytes.data();  // a null pointer would bind NULL
  note(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC));
  return *this;
}

SqliteStatement& SqliteStatement::bind_text(int parameter, std::string_view utf8) {
  const char* const data = utf8.empty() ? "" : utf8.data();
  note(sqlite3_bind_text64(statement_, parameter, data, utf8.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int parameter) {
  note(sqlite3_bind_null(statement_, parameter));
  return *this;
}

Result<bool> SqliteStatement::step() {
  if (bind_code_ != SQLITE_OK) return error_of(database_, bind_code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(database_, code);
}

Result<void> SqliteStatement::run() {
  SCALPER_TRY_ASSIGN([[maybe_unused]] const bool row, step());
  return {};
}

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteStatement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t SqliteStatement::cost() const { return sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_VM_STEP, 0); }

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, Mode mode) {
  const int access = mode == Mode::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  if (code != SQLITE_OK) {
    Error error = error_of(database, code);
    sqlite3_close(database);
    return error;
  }
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(database));
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyMillis);
  // The one writer checkpoints as well: 3.40 can lose a write where one connection does while another resets the log.
  if (mode == Mode::kReader) sqlite3_wal_autocheckpoint(database, 0);
  SCALPER_TRY(connection->run(mode == Mode::kWriter
                                  ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; "
                                    "PRAGMA temp_store=MEMORY;"  // the journals of statements are small
                                  : "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF;"));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt*& statement = statements_[std::string(sql)];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return error_of(database_, code);
  }
  return SqliteStatement(database_, statement);
}

Result<void> SqliteConnection::run(const std::string& script) {
  const int code = sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  return {};
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

std::int64_t SqliteConnection::changes() const { return sqlite3_changes64(database_); }

}  // namespace scalper
