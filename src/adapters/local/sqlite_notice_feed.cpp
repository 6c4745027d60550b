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

Result<std::vector<ToldNotice>> rows_after(SqliteConnection& reader, std::uint64_t number, std::size_t limit) {
  SCALPER_TRY_ASSIGN(auto rows,
                     reader.prepare("SELECT number, id, body FROM outbox WHERE number > ?1 ORDER BY number LIMIT ?2"));
  rows.bind(1, static_cast<std::int64_t>(number)).bind(2, static_cast<std::int64_t>(limit));
  std::vector<ToldNotice> found;
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return found;
    SCALPER_TRY_ASSIGN(FileRecord record, record_from_json(rows.bytes(2)));
    found.push_back({static_cast<std::uint64_t>(rows.number(0)), {rows.bytes(1), std::move(record)}});
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
    SCALPER_TRY_ASSIGN(page.notices, rows_after(reader, begin, limit));
    // Asked last: what is forgotten meanwhile is a gap too much, never one too few.
    SCALPER_TRY_ASSIGN(const std::uint64_t oldest, oldest_kept(reader, last));
    page.gap = number > last || number + 1 < oldest;
    page.read_to = page.notices.empty() ? std::max(begin, oldest - 1) : page.notices.back().number;
    return {};
  }));
  return page;
}

}  // namespace scalper
