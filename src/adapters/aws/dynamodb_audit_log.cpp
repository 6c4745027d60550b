#include "adapters/aws/dynamodb_audit_log.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "adapters/aws/dynamodb_batch.h"
#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/dynamodb_index_walk.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/aws/dynamodb_single.h"
#include "adapters/aws/dynamodb_table.h"
#include "base/bytes.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr const char* kScope = "audit";
constexpr std::uint32_t kShards = 2;  // people write here; what they do to many files at once is some thousands
constexpr std::size_t kBudget = 400;  // entries of the index read for one page

std::string partition(std::uint32_t shard) { return "audit#" + std::to_string(shard); }

// Newest first also within a millisecond: the count runs downwards.
std::string place_of(WallTime at, std::uint32_t count) {
  std::array<std::byte, 4> turned{};
  for (std::size_t i = 0; i < 4; ++i) turned.at(i) = static_cast<std::byte>((~count >> (24 - 8 * i)) & 0xFFU);
  return dynamo::time_bytes(at) + std::string(as_text(turned)) + dynamo::random_bytes(8);
}

std::string key_of_place(std::string_view place) { return "audit#" + to_hex(as_bytes(place)); }

Error broken() { return {ErrorCode::kCorrupt, "dynamodb answered entries of the audit trail that are none"}; }

using Texts = std::map<std::string, std::string>;  // by key

Result<void> take(const json::object& item, Texts& texts) {
  auto key = dynamo::text_of(item, dynamo::kKey);
  auto text = dynamo::bytes_of(item, dynamo::kMarkerValue);
  if (!key || !text) return broken();
  texts.insert_or_assign(*std::move(key), *std::move(text));
  return {};
}

// At most kMaxAuditPage keys: one batch.
Result<Texts> read(AwsClient& client, Clock& clock, const CallContext& context, const std::string& table,
                   const std::vector<dynamo::IndexEntry>& entries) {
  Texts texts;
  if (entries.empty()) return texts;
  json::array keys;
  for (const dynamo::IndexEntry& entry : entries) keys.push_back(dynamo::key_of(entry.id));
  SCALPER_TRY(dynamo::read_batch(client, clock, context, table, std::move(keys),
                                 [&](const json::object& item) { return take(item, texts); }));
  return texts;
}

}  // namespace

Result<void> DynamoDbAuditLog::append(const CallContext& context, const AuditEntry& entry) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::uint32_t count = written_++;
  const std::string place = place_of(entry.at, count);
  const std::string token = dynamo::new_write_token();
  json::object item = dynamo::key_of(key_of_place(place));
  item[dynamo::kToken] = dynamo::bytes_value(token);
  item[dynamo::kMarkerValue] = dynamo::bytes_value(audit_entry_to_json(entry));
  item[dynamo::kByStatus.partition] = dynamo::text_value(partition(count % kShards));
  item[dynamo::kByStatus.place] = dynamo::bytes_value(place);
  return dynamo::write_item(client_, context, table_, std::move(item), "attribute_not_exists(pk)", {}, token);
}

Result<AuditPage> DynamoDbAuditLog::list(const CallContext& context, std::size_t limit, const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  if (limit < 1 || limit > kMaxAuditPage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 100 entries");
  dynamo::PlaceRange range;
  if (!cursor.empty()) {
    SCALPER_TRY_ASSIGN(const auto signer, records_.cursors(context));
    const auto position = signer->decode(kScope, cursor);
    if (!position || position->size() != 1)
      return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this list");
    range.from = position->front() + '\0';
  }
  std::vector<std::string> partitions;
  for (std::uint32_t shard = 0; shard < kShards; ++shard) partitions.push_back(partition(shard));
  dynamo::IndexWalk walk(client_, table_, dynamo::kByStatus, std::move(partitions), std::move(range), limit, kBudget);
  std::vector<dynamo::IndexEntry> found;
  while (found.size() < limit) {
    SCALPER_TRY_ASSIGN(auto entry, walk.next(context));
    if (!entry) break;
    found.push_back(*std::move(entry));
  }
  SCALPER_TRY_ASSIGN(const Texts texts, read(client_, clock_, context, table_, found));
  AuditPage page;
  for (const dynamo::IndexEntry& entry : found) {
    const auto text = texts.find(entry.id);
    // Nobody of ours removes one: it was done by hand, and a trail with a hole must not look whole.
    if (text == texts.end()) return Error(ErrorCode::kCorrupt, "an entry of the audit trail was removed: " + entry.id);
    SCALPER_TRY_ASSIGN(AuditEntry told, audit_entry_from_json(text->second));
    page.entries.push_back(std::move(told));
  }
  if (!walk.is_over() && !found.empty()) {
    SCALPER_TRY_ASSIGN(const auto signer, records_.cursors(context));
    page.next_cursor = signer->encode(kScope, {found.back().place});
  }
  return page;
}

}  // namespace scalper::aws
