// The peer of the gate: what a careful script does with each small file. For every file of a folder: copy it to another
// folder, fsync the copy and its folder, write one row to SQLite (WAL, synchronous=FULL, one commit a file), unlink the
// source. No validation, no digest, no proof. Prints files per second.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

void must(bool good, const char* what) {
  if (!good) {
    std::perror(what);
    std::exit(1);
  }
}

void copy_durably(const std::string& from, const std::string& to) {
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  must(in >= 0, "open source");
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  must(out >= 0, "create target");
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = read(in, buffer.data(), buffer.size())) > 0;) {
    must(write(out, buffer.data(), static_cast<std::size_t>(got)) == got, "write");
  }
  must(fsync(out) == 0, "fsync target");
  close(out);
  close(in);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_copy_loop FROM TO DATABASE\n");
    return 64;
  }
  const std::filesystem::path from = argv[1];
  const std::filesystem::path to = argv[2];
  sqlite3* db = nullptr;
  must(sqlite3_open(argv[3], &db) == SQLITE_OK, "open database");
  const char* schema =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE file (name TEXT PRIMARY KEY, at INTEGER);";
  must(sqlite3_exec(db, schema, nullptr, nullptr, nullptr) == SQLITE_OK, "schema");
  sqlite3_stmt* insert = nullptr;
  must(sqlite3_prepare_v2(db, "INSERT INTO file VALUES (?, 0)", -1, &insert, nullptr) == SQLITE_OK, "prepare");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(from)) names.push_back(entry.path().filename().string());
  const int folder = open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  const auto start = std::chrono::steady_clock::now();
  for (const auto& name : names) {
    copy_durably(from / name, to / name);
    must(fsync(folder) == 0, "fsync folder");
    sqlite3_bind_text(insert, 1, name.c_str(), -1, SQLITE_STATIC);
    must(sqlite3_step(insert) == SQLITE_DONE, "insert");
    sqlite3_reset(insert);
    must(unlink((from / name).c_str()) == 0, "unlink");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.1f\n", static_cast<double>(names.size()) / took.count());
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return 0;
}
