#pragma once
// One connection to a SQLite database. Belongs to one thread at a time. Errors: kNoSpace (disk or page limit full),
// kCorrupt (damaged, or no database), kUnavailable (busy, input/output), kPermissionDenied, kInternal.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace scalper {

// A prepared statement in use; ready for others again when it goes out of scope. Parameters count from 1, columns
// from 0.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  SqliteStatement& bind(int parameter, std::int64_t number);
  // Any bytes; compared bytewise. Borrowed until the statement ends.
  SqliteStatement& bind(int parameter, std::string_view bytes);
  SqliteStatement& bind_text(int parameter, std::string_view utf8);
  SqliteStatement& bind_null(int parameter);

  // True: a row is there. False: the end.
  [[nodiscard]] Result<bool> step();
  // For statements that answer no rows.
  [[nodiscard]] Result<void> run();
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string bytes(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  // Steps of the virtual machine since the statement was prepared: what a query costs, whatever the machine.
  [[nodiscard]] std::int64_t cost() const;

 private:
  void note(int code) { bind_code_ = bind_code_ == 0 ? code : bind_code_; }

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int bind_code_ = 0;
};

class SqliteConnection {
 public:
  enum class Mode : std::uint8_t { kWriter, kReader };
  // The writer makes the file where there is none; its name is a plain path, never a URI.
  [[nodiscard]] static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, Mode mode);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Prepared once and kept.
  [[nodiscard]] Result<SqliteStatement> prepare(std::string_view sql);
  // Statements without parameters and answers.
  [[nodiscard]] Result<void> run(const std::string& script);
  [[nodiscard]] std::int64_t changes() const;  // rows of the last write
  [[nodiscard]] bool in_transaction() const;

 private:
  explicit SqliteConnection(sqlite3* database) : database_(database) {}

  sqlite3* database_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace scalper
