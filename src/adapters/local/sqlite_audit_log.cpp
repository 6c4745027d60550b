#include "adapters/local/sqlite_audit_log.h"

#include <charconv>
#include <utility>

namespace scalper {
namespace {

constexpr const char* kScope = "audit";

}  // namespace

Result<void> SqliteAuditLog::append(const CallContext& context, const AuditEntry& entry) {
  return database_.write(context, [body = audit_entry_to_json(entry)](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto add, writer.prepare("INSERT INTO audit (body) VALUES (?1)"));
    return add.bind_text(1, body).run();
  });
}

Result<AuditPage> SqliteAuditLog::list(const CallContext& context, std::size_t limit, const std::string& cursor) {
  if (limit < 1 || limit > kMaxAuditPage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 100 entries");
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    const auto position = cursors_.decode(kScope, cursor);
    if (!position || position->size() != 1)
      return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this list");
    const std::string& digits = position->front();
    std::from_chars(digits.data(), digits.data() + digits.size(), before);
  }
  AuditPage page;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    // One more than is shown: it tells whether there is a page behind.
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT number, body FROM audit WHERE number < ?1"
                                                 " ORDER BY number DESC LIMIT ?2"));
    rows.bind(1, before).bind(2, static_cast<std::int64_t>(limit + 1));
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      if (page.entries.size() == limit) {
        page.next_cursor = cursors_.encode(kScope, {std::to_string(before)});
        return {};
      }
      before = rows.number(0);
      SCALPER_TRY_ASSIGN(AuditEntry entry, audit_entry_from_json(rows.bytes(1)));
      page.entries.push_back(std::move(entry));
    }
  }));
  return page;
}

}  // namespace scalper
