#include "adapters/aws/dynamodb_tokens.h"

#include <algorithm>
#include <boost/json.hpp>

#include "adapters/aws/dynamodb_conditions.h"
#include "adapters/aws/dynamodb_index_walk.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_single.h"
#include "adapters/aws/dynamodb_table.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::string_view kFamily = "token#";    // of keys
constexpr std::string_view kPartition = "token";  // of open_records; those of files are numbers
constexpr int kTries = 4;

std::string key_for(const std::string& hash) { return std::string(kFamily) + hash; }

// A marker that also stands in the index, and goes by itself once it was long enough of no use.
json::object item_of(const AccessToken& token, std::uint64_t revision, const std::string& write) {
  json::object item = dynamo::marker_item(key_for(token.hash), token_to_json(token), revision, write);
  item[dynamo::kOpen.partition] = dynamo::text_value(kPartition);
  if (const auto end = end_of(token)) {
    const auto forgotten = std::chrono::ceil<std::chrono::seconds>((*end + kTokenMemory).time_since_epoch()).count();
    if (forgotten > 0) item[dynamo::kExpiry] = dynamo::number_value(static_cast<std::uint64_t>(forgotten));
  }
  return item;
}

struct Stored {
  AccessToken token;
  std::uint64_t revision = 0;
};

Result<std::optional<Stored>> read(AwsClient& client, const CallContext& context, const std::string& table,
                                   const std::string& key) {
  SCALPER_TRY_ASSIGN(const auto item, dynamo::read_item(client, context, table, key));
  if (!item) return std::optional<Stored>{};
  SCALPER_TRY_ASSIGN(const Marker marker, dynamo::marker_of(*item, key));
  SCALPER_TRY_ASSIGN(AccessToken token, token_from_json(marker.value));
  // What lies under another's name stands for nobody.
  if (key_for(token.hash) != key) return Error(ErrorCode::kCorrupt, "a stored token lies under another's hash");
  return std::optional(Stored{std::move(token), marker.revision});
}

Result<void> write(AwsClient& client, const CallContext& context, const std::string& table, const AccessToken& token,
                   std::uint64_t revision) {
  const std::string own = dynamo::new_write_token();
  const WriteGuard guard = revision == 1 ? WriteGuard::if_absent() : WriteGuard::if_revision(revision - 1);
  return dynamo::write_item(client, context, table, item_of(token, revision, own), dynamo::put_condition(guard),
                            dynamo::condition_values(guard), own);
}

}  // namespace

Result<std::optional<AccessToken>> DynamoDbTokens::find(const CallContext& context, const std::string& hash) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_token_hash(hash)) return std::optional<AccessToken>{};  // none can have been added
  SCALPER_TRY_ASSIGN(auto stored, read(client_, context, table_, key_for(hash)));
  if (!stored) return std::optional<AccessToken>{};
  return std::optional(std::move(stored->token));
}

Result<std::vector<std::string>> DynamoDbTokens::keys(const CallContext& context) {
  dynamo::IndexWalk walk(client_, table_, dynamo::kOpen, {std::string(kPartition)}, {}, kMostTokens, kMostTokens + 1);
  std::vector<std::string> found;
  for (;;) {
    SCALPER_TRY_ASSIGN(const auto entry, walk.next(context));
    if (!entry) return found;
    found.push_back(entry->id);
  }
}

Result<std::vector<AccessToken>> DynamoDbTokens::list(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const auto found, keys(context));
  std::vector<AccessToken> all;
  for (const std::string& key : found) {
    SCALPER_TRY_ASSIGN(auto stored, read(client_, context, table_, key));
    if (stored) all.push_back(std::move(stored->token));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const AccessToken& a, const AccessToken& b) { return a.created > b.created; });
  return all;
}

Result<void> DynamoDbTokens::add(const CallContext& context, const AccessToken& token) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_token(token));
  SCALPER_TRY_ASSIGN(const auto found, keys(context));
  if (found.size() >= kMostTokens) return too_many_tokens();
  auto written = write(client_, context, table_, token, 1);
  if (written.failed_with(ErrorCode::kPreconditionFailed))
    return Error(ErrorCode::kAlreadyExists, "that token is there already");
  return written;
}

Result<bool> DynamoDbTokens::try_to_revoke(const CallContext& context, const std::string& key, WallTime at) {
  SCALPER_TRY_ASSIGN(auto stored, read(client_, context, table_, key));
  if (!stored) return Error(ErrorCode::kNotFound, "there is no such token");
  if (stored->token.revoked) return true;
  stored->token.revoked = at;
  const auto written = write(client_, context, table_, stored->token, stored->revision + 1);
  if (written.ok()) return true;
  if (!written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  return false;
}

Result<void> DynamoDbTokens::revoke(const CallContext& context, const std::string& hash, WallTime at) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_token_hash(hash)) return Error(ErrorCode::kNotFound, "there is no such token");
  for (int tries = 0; tries < kTries; ++tries) {
    SCALPER_TRY_ASSIGN(const bool done, try_to_revoke(context, key_for(hash), at));
    if (done) return {};
  }
  return Error(ErrorCode::kUnavailable, "others write that token all the time; try again");
}

}  // namespace scalper::aws
