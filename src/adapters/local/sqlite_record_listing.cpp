// Listings of the record store: a walk along one index from a position on, then the bodies of what it found.

#include <charconv>
#include <utility>

#include "adapters/local/sqlite_record_rows.h"
#include "adapters/local/sqlite_record_store.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxPage = 1000;
constexpr std::size_t kMaxScan = 1000;  // entries looked at for one page; the rest is behind the cursor

using Index = RecordQuery::Index;

struct Position {
  std::string key;
  std::int64_t age = INT64_MIN;
  std::string id;
};

struct Entry {
  Position at;
  bool in_time = true;
};

std::string scope_of(const RecordQuery& query) {
  const auto text = [](const std::optional<WallTime>& time) {
    return time ? std::to_string(time->time_since_epoch().count()) : std::string("-");
  };
  std::string scope = std::to_string(static_cast<int>(query.index));
  if (query.index == Index::kOpen) return scope;
  scope += " " + text(query.since) + " " + text(query.until);
  if (query.index == Index::kStatus) scope += " " + std::string(to_string(query.status));
  if (query.index == Index::kPrefix) scope += " " + query.prefix;
  return scope;
}

// The smallest text that is greater than all that begin with `prefix`; nullopt: there is none.
std::optional<std::string> behind_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

struct Times {
  std::int64_t newest = INT64_MIN;
  std::int64_t oldest = INT64_MAX;
};

Times times_of(const RecordQuery& query) {
  Times times;
  if (query.index == Index::kOpen) return times;
  if (query.until) times.newest = age_of(*query.until) + 1;
  if (query.since) times.oldest = age_of(*query.since);
  return times;
}

Position begin_of(const RecordQuery& query, const Times& times) {
  if (query.index == Index::kPrefix) return {query.prefix, INT64_MIN, ""};
  return {"", query.index == Index::kOpen ? INT64_MIN : times.newest, ""};
}

const char* walk_of(const RecordQuery& query, bool bounded) {
  switch (query.index) {
    case Index::kStatus:
      return "SELECT key, age, id FROM records INDEXED BY records_by_status WHERE age IS NOT NULL AND status = ?4"
             " AND (age, id) > (?2, ?3) AND age <= ?5 ORDER BY age, id LIMIT ?6";
    case Index::kTime:
      return "SELECT key, age, id FROM records INDEXED BY records_by_time WHERE age IS NOT NULL"
             " AND (age, id) > (?2, ?3) AND age <= ?5 ORDER BY age, id LIMIT ?6";
    case Index::kOpen:
      return "SELECT x'', 0, id FROM records INDEXED BY records_open WHERE open = 1 AND id > ?3 ORDER BY id LIMIT ?6";
    case Index::kPrefix: break;
  }
  return bounded ? "SELECT key, age, id FROM records INDEXED BY records_by_key WHERE age IS NOT NULL"
                   " AND (key, age, id) > (?1, ?2, ?3) AND key < ?4 ORDER BY key, age, id LIMIT ?6"
                 : "SELECT key, age, id FROM records INDEXED BY records_by_key WHERE age IS NOT NULL"
                   " AND (key, age, id) > (?1, ?2, ?3) ORDER BY key, age, id LIMIT ?6";
}

// Up to one entry more than may be looked at: whether there is one tells whether the page needs a cursor.
Result<std::vector<Entry>> walk(SqliteConnection& reader, const RecordQuery& query, const Position& from) {
  const Times times = times_of(query);
  const bool filters = query.index == Index::kPrefix && (query.since || query.until);
  const std::size_t most = filters ? kMaxScan + 1 : query.limit + 1;
  const auto end = query.index == Index::kPrefix ? behind_prefix(query.prefix) : std::nullopt;
  const std::string status(to_string(query.status));
  SCALPER_TRY_ASSIGN(auto rows, reader.prepare(walk_of(query, end.has_value())));
  // Only what the statement names may be bound.
  if (query.index == Index::kPrefix) rows.bind(1, from.key);
  if (query.index != Index::kOpen) rows.bind(2, from.age);
  rows.bind(3, from.id).bind(6, static_cast<std::int64_t>(most));
  if (query.index == Index::kStatus) rows.bind_text(4, status);
  if (end) rows.bind(4, *end);
  if (query.index == Index::kStatus || query.index == Index::kTime) rows.bind(5, times.oldest);
  std::vector<Entry> entries;
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return entries;
    const std::int64_t age = rows.number(1);
    const bool in_time = query.index == Index::kOpen || (times.newest <= age && age <= times.oldest);
    entries.push_back({{rows.bytes(0), age, rows.bytes(2)}, in_time});
  }
}

Result<void> fill(SqliteConnection& reader, const RecordQuery& query, const std::vector<Entry>& entries,
                  RecordPage& page, const Position*& last) {
  for (const Entry& entry : entries) {
    const bool full = page.records.size() + page.unreadable.size() == query.limit;
    if (full || &entry - entries.data() == kMaxScan) return {};
    if (entry.in_time) {
      SCALPER_TRY_ASSIGN(const auto row, find_record_row(reader, entry.at.id));
      auto record = row ? std::optional(record_of(*row)) : std::nullopt;
      if (record && record->ok()) page.records.push_back(*std::move(*record));
      if (record && !record->ok()) page.unreadable.emplace_back(entry.at.id);
    }
    last = &entry.at;
  }
  last = nullptr;  // the end
  return {};
}

}  // namespace

Result<RecordPage> SqliteRecordStore::list(const CallContext& context, const RecordQuery& query) {
  if (query.limit < 1 || query.limit > kMaxPage)
    return Error(ErrorCode::kInvalidArgument, "a page has 1 to 1000 records");
  Position from = begin_of(query, times_of(query));
  if (!query.cursor.empty()) {
    const auto position = cursors_.decode(scope_of(query), query.cursor);
    if (!position || position->size() != 3)
      return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this listing");
    const std::string& digits = (*position)[1];
    std::from_chars(digits.data(), digits.data() + digits.size(), from.age);
    from.key = (*position)[0];
    from.id = (*position)[2];
  }
  RecordPage page;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY(reader.run("BEGIN"));  // one state of the store for the walk and the bodies
    const auto work = [&]() -> Result<void> {
      SCALPER_TRY_ASSIGN(const auto entries, walk(reader, query, from));
      const Position* last = nullptr;
      SCALPER_TRY(fill(reader, query, entries, page, last));
      if (last != nullptr)
        page.next_cursor = cursors_.encode(scope_of(query), {last->key, std::to_string(last->age), last->id});
      return {};
    };
    const auto done = work();
    const auto ended = reader.run("COMMIT");
    return done.ok() ? ended : done;
  }));
  return page;
}

}  // namespace scalper
