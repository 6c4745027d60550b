// Listings of the record store: a walk along an index from a position on, then the records of what it found, read from
// the table itself.

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <utility>

#include "adapters/aws/dynamodb_batch.h"
#include "adapters/aws/dynamodb_index_walk.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/aws/dynamodb_table.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;
using dynamo::IndexEntry;
using Index = RecordQuery::Index;

struct Items {
  std::map<std::string, FileRecord> records;
  std::set<std::string> unreadable;
};

constexpr std::size_t kMaxPage = 1000;
constexpr std::size_t kMaxScan = 1000;  // entries looked at for one page; the rest is behind the cursor
constexpr std::array kAllStatuses{FileStatus::kReceived, FileStatus::kProcessing, FileStatus::kVanished,
                                  FileStatus::kValid,    FileStatus::kInvalid,    FileStatus::kUnverifiable,
                                  FileStatus::kFailed,   FileStatus::kCompanion,  FileStatus::kIgnored,
                                  FileStatus::kReleased, FileStatus::kRejected};

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

bool is_in_time(const RecordQuery& query, WallTime time) {
  return (!query.since || time >= *query.since) && (!query.until || time < *query.until);
}

void add_partitions(std::vector<std::string>& partitions, FileStatus status) {
  for (std::uint32_t shard = 0; shard < dynamo::status_shards(status); ++shard)
    partitions.push_back(dynamo::status_partition(status, shard));
}

std::vector<std::string> partitions_of(const RecordQuery& query) {
  std::vector<std::string> partitions;
  if (query.index == Index::kStatus) add_partitions(partitions, query.status);
  if (query.index == Index::kTime)
    for (const FileStatus status : kAllStatuses) add_partitions(partitions, status);
  if (!partitions.empty()) return partitions;
  const std::uint32_t shards = query.index == Index::kPrefix ? dynamo::kKeyShards : dynamo::kOpenShards;
  for (std::uint32_t shard = 0; shard < shards; ++shard) partitions.push_back(dynamo::shard_name(shard));
  return partitions;
}

dynamo::IndexNames index_of(const RecordQuery& query) {
  if (query.index == Index::kOpen) return dynamo::kOpen;
  return query.index == Index::kPrefix ? dynamo::kByKey : dynamo::kByStatus;
}

// The smallest bytes that are greater than all that begin with these; nullopt: there are none.
std::optional<std::string> behind(std::string bytes) {
  while (!bytes.empty() && static_cast<unsigned char>(bytes.back()) == 0xFF) bytes.pop_back();
  if (bytes.empty()) return std::nullopt;
  bytes.back() = static_cast<char>(static_cast<unsigned char>(bytes.back()) + 1);
  return bytes;
}

dynamo::PlaceRange range_of(const RecordQuery& query) {
  dynamo::PlaceRange range;
  if (query.index == Index::kOpen) return range;
  if (query.index == Index::kPrefix) {
    range.from = dynamo::place_prefix(query.prefix).bytes;
    range.to = behind(range.from);
    return range;
  }
  // Bytes rise as time falls. A place is longer than its time, so no place equals either end.
  if (query.until) range.from = dynamo::time_bytes(*query.until - Millis{1});
  if (query.since) range.to = behind(dynamo::time_bytes(*query.since));
  return range;
}

bool is_empty(const dynamo::PlaceRange& range) { return range.to && range.from >= *range.to; }

// Whether the record is still where the index says; entries lag behind, and both the old and the new one may be seen.
bool is_still_there(const RecordQuery& query, const FileRecord& record, const IndexEntry& entry) {
  if (query.index == Index::kOpen) return record.open;
  if (!record.final_at) return false;
  const std::string& id = record.id.value();
  if (query.index == Index::kPrefix)
    return record.origin.key.value().starts_with(query.prefix) &&
           dynamo::key_place(record.origin.key.value(), *record.final_at, id) == entry.place;
  const std::uint32_t shard = dynamo::shard_of(id, dynamo::status_shards(record.status));
  return dynamo::status_partition(record.status, shard) == entry.partition &&
         dynamo::time_place(*record.final_at, id) == entry.place;
}

Result<void> take_item(const json::object& item, Items& items) {
  const auto id = dynamo::text_of(item, dynamo::kKey);
  if (!id) return Error(ErrorCode::kCorrupt, "dynamodb answered a batch that is none");
  auto record = dynamo::record_of(item);
  if (record.ok())
    items.records.insert_or_assign(*id, *std::move(record));
  else
    items.unreadable.insert(*id);
  return {};
}

Result<Items> read_items(AwsClient& client, Clock& clock, const CallContext& context, const std::string& table,
                         const std::vector<IndexEntry>& entries) {
  std::vector<std::string> ids;
  ids.reserve(entries.size());
  for (const IndexEntry& entry : entries) ids.push_back(entry.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());  // a batch may not name a key twice
  Items items;
  for (std::size_t at = 0; at < ids.size(); at += dynamo::kMostInBatch) {
    json::array keys;
    for (std::size_t i = at; i < std::min(ids.size(), at + dynamo::kMostInBatch); ++i)
      keys.push_back(json::object{{dynamo::kKey, dynamo::text_value(ids[i])}});
    SCALPER_TRY(dynamo::read_batch(client, clock, context, table, std::move(keys),
                                   [&](const json::object& item) { return take_item(item, items); }));
  }
  return items;
}

struct Found {
  std::vector<IndexEntry> entries;
  std::string last;   // the place that was looked at last
  bool over = false;  // nothing is behind it
};

Result<Found> find(AwsClient& client, const CallContext& context, const std::string& table, const RecordQuery& query,
                   dynamo::PlaceRange range) {
  Found found;
  if (is_empty(range)) {
    found.over = true;
    return found;
  }
  dynamo::IndexWalk walk(client, table, index_of(query), partitions_of(query), std::move(range), query.limit, kMaxScan);
  const bool filters = query.index == Index::kPrefix;
  while (found.entries.size() < query.limit) {
    SCALPER_TRY_ASSIGN(auto entry, walk.next(context));
    if (!entry) break;
    found.last = entry->place;
    if (filters && !is_in_time(query, dynamo::time_of(entry->place, entry->id))) continue;
    found.entries.push_back(*std::move(entry));
  }
  found.over = walk.is_over();
  return found;
}

}  // namespace

Result<RecordPage> DynamoDbRecordStore::list(const CallContext& context, const RecordQuery& query) {
  SCALPER_TRY(may_begin(context, clock_));
  if (query.limit < 1 || query.limit > kMaxPage)
    return Error(ErrorCode::kInvalidArgument, "a page has 1 to 1000 records");
  dynamo::PlaceRange range = range_of(query);
  if (!query.cursor.empty()) {
    SCALPER_TRY_ASSIGN(const auto signer, cursors(context));
    const auto position = signer->decode(scope_of(query), query.cursor);
    if (!position || position->size() != 1)
      return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this listing");
    range.from = position->front() + '\0';
  }
  SCALPER_TRY_ASSIGN(const Found found, find(client_, context, table_, query, std::move(range)));
  SCALPER_TRY_ASSIGN(Items items, read_items(client_, clock_, context, table_, found.entries));
  RecordPage page;
  for (const IndexEntry& entry : found.entries) {
    if (items.unreadable.erase(entry.id) > 0) page.unreadable.emplace_back(entry.id);  // once a page
    const auto item = items.records.find(entry.id);
    if (item == items.records.end() || !is_still_there(query, item->second, entry)) continue;
    page.records.push_back(item->second);
  }
  if (!found.over) {
    SCALPER_TRY_ASSIGN(const auto signer, cursors(context));
    page.next_cursor = signer->encode(scope_of(query), {found.last});
  }
  return page;
}

}  // namespace scalper::aws
