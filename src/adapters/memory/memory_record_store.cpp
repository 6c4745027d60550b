#include "adapters/memory/memory_record_store.h"

#include <charconv>

#include "adapters/memory/record_size.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxRecord = 65536;
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
  if (text_bytes(record) > kMaxRecord) return Error{ErrorCode::kInvalidArgument, "the record is larger than 64 KiB"};
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(record.id);
  if (!holds(found == records_.end() ? nullptr : &found->second, guard)) return guard_failed();
  if (found != records_.end()) withdraw(found->second);
  ++changes_;
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
  const Range range = range_of(query);
  Entry from = range.first;
  if (!query.cursor.empty()) {
    const auto position = cursors_.decode(scope_of(query), query.cursor);
    if (!position || position->size() != 3)
      return Error{ErrorCode::kInvalidArgument, "the cursor is not one of this listing"};
    std::int64_t when = 0;
    const std::string& digits = (*position)[1];
    std::from_chars(digits.data(), digits.data() + digits.size(), when);
    from = Entry{(*position)[0], when, FileId{(*position)[2]}};
  }
  const std::lock_guard lock(mutex_);
  RecordPage page;
  std::size_t scanned = 0;
  Entry last;
  // The position is the last entry that was looked at; the page goes on behind it.
  for (auto at = query.cursor.empty() ? range.index->lower_bound(from) : range.index->upper_bound(from);
       at != range.index->end() && range.goes_on(*at); ++at) {
    if (page.records.size() == query.limit || scanned == kMaxScan) {
      const auto& [group, when, id] = last;
      page.next_cursor = cursors_.encode(scope_of(query), {group, std::to_string(when), id.value()});
      break;
    }
    ++scanned;
    last = *at;
    if (range.in_time(*at)) page.records.push_back(records_.at(std::get<FileId>(*at)));
  }
  return page;
}

MemoryRecordStore::Range MemoryRecordStore::range_of(const RecordQuery& query) const {
  Range range;
  // Negative times rise: what is newer than `until` comes before, what is older than `since` comes behind.
  if (query.index != RecordQuery::Index::kOpen) {
    if (query.until) range.newest = rank(*query.until) + 1;
    if (query.since) range.oldest = rank(*query.since);
  }
  range.first = Entry{"", range.newest, FileId{}};
  switch (query.index) {
    case RecordQuery::Index::kStatus:
      range.index = &by_status_;
      std::get<0>(range.first) = to_string(query.status);
      break;
    case RecordQuery::Index::kTime: range.index = &by_time_; break;
    case RecordQuery::Index::kOpen: range.index = &open_; break;
    case RecordQuery::Index::kPrefix:
      range.index = &by_key_;
      range.by_key = true;
      range.first = Entry{query.prefix, INT64_MIN, FileId{}};
  }
  return range;
}

bool MemoryRecordStore::Range::goes_on(const Entry& entry) const {
  const auto& [group, when, id] = entry;
  if (by_key) return group.starts_with(std::get<0>(first));
  return group == std::get<0>(first) && when <= oldest;
}

bool MemoryRecordStore::Range::in_time(const Entry& entry) const {
  const std::int64_t when = std::get<1>(entry);
  return newest <= when && when <= oldest;
}

Result<void> MemoryRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (found == records_.end()) return {};
  if (!holds(&found->second, guard)) return guard_failed();
  ++changes_;
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
