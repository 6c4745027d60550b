#include "adapters/local/sqlite_notice_feed.h"

#include <algorithm>
#include <utility>

#include "model/record_json.h"

namespace scalper {
namespace {

// The one writer gives numbers out in the order of its commits, so that none appears behind a reader. What was given
// out last is remembered when the row is long gone (sqlite.org/autoinc.html).
Result<std::uint64_t> last_given(SqliteConnection& reader) {
  SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"));
  SCALPER_TRY_ASSIGN(const bool there, row.step());
  return there ? static_cast<std::uint64_t>(row.number(0)) : std::uint64_t{0};
}

Result<std::uint64_t> oldest_kept(SqliteConnection& reader, std::uint64_t last) {
  SCALPER_TRY_ASSIGN(auto row, reader.prepare("SELECT number FROM outbox ORDER BY number LIMIT 1"));
  SCALPER_TRY_ASSIGN(const bool there, row.step());
  return there ? static_cast<std::uint64_t>(row.number(0)) : last + 1;
}

// What cannot be read is a gap: who follows is told to look at the records, and goes on behind it.
Result<void> read_rows(SqliteConnection& reader, std::uint64_t number, std::size_t limit, NoticePage& page) {
  SCALPER_TRY_ASSIGN(auto rows,
                     reader.prepare("SELECT number, id, body FROM outbox WHERE number > ?1 ORDER BY number LIMIT ?2"));
  rows.bind(1, static_cast<std::int64_t>(number)).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    page.read_to = static_cast<std::uint64_t>(rows.number(0));
    auto record = record_from_json(rows.bytes(2));
    page.gap = page.gap || !record.ok();
    if (record.ok()) page.notices.push_back({page.read_to, {rows.bytes(1), *std::move(record)}});
  }
}

}  // namespace

Result<std::uint64_t> SqliteNoticeFeed::newest(const CallContext& context) {
  std::uint64_t last = 0;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(last, last_given(reader));
    return {};
  }));
  return last;
}

Result<NoticePage> SqliteNoticeFeed::after(const CallContext& context, std::uint64_t number, std::size_t limit) {
  if (limit < 1 || limit > kMaxNoticePage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 100 notices");
  NoticePage page;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    page = {};
    SCALPER_TRY_ASSIGN(const std::uint64_t last, last_given(reader));
    const std::uint64_t begin = std::min(number, last);
    SCALPER_TRY(read_rows(reader, begin, limit, page));
    // Asked last: what is forgotten meanwhile is a gap too much, never one too few.
    SCALPER_TRY_ASSIGN(const std::uint64_t oldest, oldest_kept(reader, last));
    page.gap = page.gap || number > last || number + 1 < oldest;
    page.read_to = std::max({page.read_to, begin, oldest - 1});
    return {};
  }));
  return page;
}

}  // namespace scalper
