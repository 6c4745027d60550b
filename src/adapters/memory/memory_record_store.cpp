#include "adapters/memory/memory_record_store.h"

#include <charconv>

#include "adapters/memory/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxPage = 1000;
constexpr std::size_t kMaxScan = 1000;  // entries looked at for one page; the rest is behind the cursor

// Negative, so that the newest comes first.
std::int64_t rank(WallTime time) { return -time.time_since_epoch().count(); }

bool holds(const FileRecord* stored, const WriteGuard& guard) {
  if (guard.absent && stored) return false;
  const bool about_stored = guard.revision || guard.owner || guard.epoch || guard.undecided || guard.lease_over_at;
  if (!about_stored) return true;
  if (!stored) return false;
  if (guard.revision && stored->revision != *guard.revision) return false;
  if (guard.owner && stored->owner != *guard.owner) return false;
  if (guard.epoch && stored->epoch != *guard.epoch) return false;
  if (guard.undecided && stored->decision) return false;
  return !guard.lease_over_at || !has_live_lease(*stored, *guard.lease_over_at);
}

Error guard_failed() { return {ErrorCode::kPreconditionFailed, "the record is not what the write expects"}; }

std::string scope_of(const RecordQuery& query) {
  const auto text = [](const std::optional<WallTime>& time) {
    return time ? std::to_string(time->time_since_epoch().count()) : std::string("-");
  };
  std::string scope = std::to_string(static_cast<int>(query.index));
  if (query.index == RecordQuery::Index::kOpen) return scope;
  scope += " " + text(query.since) + " " + text(query.until);
  if (query.index == RecordQuery::Index::kStatus) scope += " " + std::string(to_string(query.status));
  if (query.index == RecordQuery::Index::kPrefix) scope += " " + query.prefix;
  return scope;
}

}  // namespace

MemoryRecordStore::MemoryRecordStore(Clock& clock, IdMode ids) : clock_(clock), cursors_(Ids(ids).next("r")) {}

Result<std::optional<FileRecord>> MemoryRecordStore::get(const CallContext& context, const FileId& id) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (found == records_.end()) return std::optional<FileRecord>{};
  return std::optional<FileRecord>{found->second};
}

Result<void> MemoryRecordStore::put(const CallContext& context, const FileRecord& record, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  if (record.id.empty()) return Error{ErrorCode::kInvalidArgument, "a record has an id"};
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(record.id);
  if (!holds(found == records_.end() ? nullptr : &found->second, guard)) return guard_failed();
  if (found != records_.end()) withdraw(found->second);
  records_.insert_or_assign(record.id, record);
  enter(record);
  return {};
}

Result<void> MemoryRecordStore::renew_lease(const CallContext& context, const FileId& id, const OwnerToken& owner,
                                            WallTime until) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (owner.empty() || found == records_.end() || found->second.owner != owner) return guard_failed();
  found->second.lease_until = until;
  return {};
}

Result<RecordPage> MemoryRecordStore::list(const CallContext& context, const RecordQuery& query) {
  SCALPER_TRY(may_begin(context, clock_));
  if (query.limit < 1 || query.limit > kMaxPage)
    return Error{ErrorCode::kInvalidArgument, "a page has 1 to 1000 records"};
  using Kind = RecordQuery::Index;
  const Index& index = query.index == Kind::kStatus   ? by_status_
                       : query.index == Kind::kTime   ? by_time_
                       : query.index == Kind::kPrefix ? by_key_
                                                      : open_;
  const std::string group = query.index == Kind::kStatus   ? std::string(to_string(query.status))
                            : query.index == Kind::kPrefix ? query.prefix
                                                           : std::string();
  const bool timed = query.index != Kind::kOpen;
  const bool by_key = query.index == Kind::kPrefix;
  const std::string scope = scope_of(query);
  // The first entry that may belong to the page. `until` is exclusive: one millisecond older is the newest.
  Entry from{group, timed && !by_key && query.until ? rank(*query.until) + 1 : INT64_MIN, FileId{}};
  bool after_from = false;
  if (!query.cursor.empty()) {
    const auto position = cursors_.decode(scope, query.cursor);
    if (!position || position->size() != 3)
      return Error{ErrorCode::kInvalidArgument, "the cursor is not one of this listing"};
    std::int64_t when = 0;
    std::from_chars((*position)[1].data(), (*position)[1].data() + (*position)[1].size(), when);
    from = Entry{(*position)[0], when, FileId{(*position)[2]}};
    after_from = true;
  }
  const std::lock_guard lock(mutex_);
  RecordPage page;
  std::size_t scanned = 0;
  const Entry* last = nullptr;
  for (auto at = after_from ? index.upper_bound(from) : index.lower_bound(from); at != index.end(); ++at) {
    const auto& [name, when, id] = *at;
    if (by_key ? !name.starts_with(group) : name != group) break;
    const bool too_old = timed && query.since && when > rank(*query.since);
    if (too_old && !by_key) break;
    if (page.records.size() == query.limit || scanned == kMaxScan) {
      page.next_cursor =
          cursors_.encode(scope, {std::get<0>(*last), std::to_string(std::get<1>(*last)), std::get<2>(*last).value()});
      break;
    }
    ++scanned;
    last = &*at;
    const bool too_new = timed && query.until && when <= rank(*query.until);
    if (!too_old && !too_new) page.records.push_back(records_.at(id));
  }
  return page;
}

Result<void> MemoryRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (found == records_.end()) return {};
  if (!holds(&found->second, guard)) return guard_failed();
  withdraw(found->second);
  records_.erase(found);
  return {};
}

Result<std::optional<Marker>> MemoryRecordStore::get_marker(const CallContext& context, const std::string& name) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = markers_.find(name);
  if (found == markers_.end()) return std::optional<Marker>{};
  return std::optional<Marker>{found->second};
}

Result<void> MemoryRecordStore::put_marker(const CallContext& context, const std::string& name,
                                           const std::string& value, std::uint64_t expected) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = markers_.find(name);
  const std::uint64_t revision = found == markers_.end() ? 0 : found->second.revision;
  if (revision != expected) return Error{ErrorCode::kPreconditionFailed, "the marker has another revision"};
  markers_.insert_or_assign(name, Marker{value, expected + 1});
  return {};
}

void MemoryRecordStore::enter(const FileRecord& record) {
  if (record.open) open_.emplace("", 0, record.id);
  if (!record.final_at) return;
  const std::int64_t when = rank(*record.final_at);
  by_status_.emplace(to_string(record.status), when, record.id);
  by_time_.emplace("", when, record.id);
  by_key_.emplace(record.origin.key.value(), when, record.id);
}

void MemoryRecordStore::withdraw(const FileRecord& record) {
  if (record.open) open_.erase({"", 0, record.id});
  if (!record.final_at) return;
  const std::int64_t when = rank(*record.final_at);
  by_status_.erase({std::string(to_string(record.status)), when, record.id});
  by_time_.erase({"", when, record.id});
  by_key_.erase({record.origin.key.value(), when, record.id});
}

}  // namespace scalper
