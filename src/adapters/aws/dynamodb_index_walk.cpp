#include "adapters/aws/dynamodb_index_walk.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <new>
#include <system_error>
#include <thread>

#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/dynamodb_item.h"

namespace scalper::aws::dynamo {
namespace {

namespace json = boost::json;

// So many entries are read for the price of one: half a read unit is 4 KiB, an entry some 100 to 200 bytes.
constexpr std::size_t kSmallestChunk = 20;
constexpr std::size_t kAtOnce = 8;  // questions; a list of all statuses asks some fifty

// Short enough to need none.
Error no_memory() { return {ErrorCode::kInternal, "out of memory"}; }
Error no_entry() { return {ErrorCode::kCorrupt, "dynamodb answered an entry of an index that is none"}; }

// Entries lie evenly over partitions, give or take a quarter.
std::size_t share_of(std::size_t wanted, std::size_t partitions) {
  return wanted / std::max<std::size_t>(partitions, 1) * 5 / 4 + 1;
}

bool is_text(const IndexNames& index) { return index.place.empty(); }

json::object place_value(const IndexNames& index, std::string_view place) {
  return is_text(index) ? text_value(place) : bytes_value(place);
}

}  // namespace

IndexWalk::IndexWalk(AwsClient& client, const std::string& table, const IndexNames& index,
                     std::vector<std::string> partitions, PlaceRange range, std::size_t wanted, std::size_t budget)
    : client_(client), table_(table), index_(index), range_(std::move(range)), budget_(budget), wanted_(wanted) {
  for (std::string& name : partitions) partitions_.push_back({std::move(name), range_.from, {}, true});
  // Three quarters of the budget are for the first look at all partitions.
  const std::size_t share = std::max(kSmallestChunk, share_of(wanted, partitions_.size()));
  const std::size_t most = budget / std::max<std::size_t>(partitions_.size(), 1) * 3 / 4;
  chunk_ = std::max<std::size_t>(1, std::min(share, most));
}

bool IndexWalk::is_over() const {
  return std::none_of(partitions_.begin(), partitions_.end(),
                      [](const Partition& partition) { return partition.more || !partition.read.empty(); });
}

json::object IndexWalk::question(const Partition& partition, std::size_t count) const {
  const std::string place(is_text(index_) ? kKey : index_.place);
  json::object values{{":p", text_value(partition.name)}};
  std::string condition = std::string(index_.partition) + " = :p";
  if (!partition.from.empty()) values[":a"] = place_value(index_, partition.from);
  if (range_.to) values[":b"] = place_value(index_, *range_.to);
  if (!partition.from.empty() && range_.to)
    condition += " AND " + place + " BETWEEN :a AND :b";
  else if (!partition.from.empty())
    condition += " AND " + place + " >= :a";
  else if (range_.to)
    condition += " AND " + place + " <= :b";
  json::object ask;
  ask["IndexName"] = index_.index;
  ask["KeyConditionExpression"] = condition;
  ask["ExpressionAttributeValues"] = std::move(values);
  ask["Limit"] = count;
  return ask;
}

Result<void> IndexWalk::fill(const CallContext& context, Partition& partition, std::size_t count) const {
  SCALPER_TRY_ASSIGN(const json::object answer, call(client_, context, table_, "Query", question(partition, count)));
  const json::value* const items = answer.if_contains("Items");
  if (items == nullptr || !items->is_array()) return no_entry();
  for (const json::value& item : items->as_array()) {
    if (!item.is_object()) return no_entry();
    auto id = text_of(item.as_object(), kKey);
    auto place = is_text(index_) ? id : bytes_of(item.as_object(), index_.place);
    if (!id || !place) return no_entry();
    partition.read.push_back({partition.name, *std::move(place), *std::move(id)});
  }
  partition.more = answer.contains("LastEvaluatedKey");
  if (partition.read.empty()) {
    // The service may stop early without an entry only where it filters, and nothing here does.
    return partition.more ? Result<void>(no_entry()) : Result<void>();
  }
  partition.from = partition.read.back().place + '\0';  // the least that is greater
  if (range_.to && partition.from > *range_.to) partition.more = false;
  return {};
}

Result<void> IndexWalk::begin_together(const CallContext& context) {
  std::atomic<std::size_t> taken = 0;
  std::vector<Result<void>> ended(partitions_.size());
  // What leaves a thread of its own ends the process.
  const auto work = [&] {
    for (std::size_t at = taken++; at < partitions_.size(); at = taken++) {
      try {
        ended[at] = fill(context, partitions_[at], chunk_);
      } catch (const std::bad_alloc&) {
        ended[at] = no_memory();
      }
    }
  };
  std::vector<std::thread> others;
  others.reserve(kAtOnce);
  try {
    while (others.size() + 1 < kAtOnce) others.emplace_back(work);
  } catch (const std::system_error&) {
    // Fewer threads do the same work.
  } catch (const std::bad_alloc&) {
    // The same.
  }
  work();
  for (std::thread& other : others) other.join();
  for (const Result<void>& end : ended) SCALPER_TRY(end);
  return {};
}

Result<void> IndexWalk::begin(const CallContext& context) {
  begun_ = true;
  if (partitions_.size() > kAtOnce) {
    SCALPER_TRY(begin_together(context));
  } else {
    for (Partition& partition : partitions_) SCALPER_TRY(fill(context, partition, chunk_));
  }
  std::size_t going_on = 0;
  for (const Partition& partition : partitions_) {
    read_ += partition.read.size();
    going_on += partition.more ? 1U : 0U;
  }
  // All get the same: where one is read to its end, nothing behind it is sure.
  const std::size_t fair = (budget_ - std::min(read_, budget_)) / std::max<std::size_t>(going_on, 1);
  top_up_ = std::max<std::size_t>(1, std::min(std::max(kSmallestChunk, share_of(wanted_, going_on)), fair));
  return {};
}

Result<std::optional<IndexEntry>> IndexWalk::next(const CallContext& context) {
  if (!begun_) SCALPER_TRY(begin(context));
  Partition* first = nullptr;
  for (Partition& partition : partitions_) {
    if (partition.read.empty() && partition.more) {
      if (is_spent()) return std::optional<IndexEntry>{};
      SCALPER_TRY(fill(context, partition, std::min(top_up_, budget_ - read_)));
      read_ += partition.read.size();
    }
    if (partition.read.empty()) continue;
    if (first == nullptr || partition.read.front().place < first->read.front().place) first = &partition;
  }
  if (first == nullptr) return std::optional<IndexEntry>{};
  IndexEntry entry = std::move(first->read.front());
  first->read.pop_front();
  return std::optional(std::move(entry));
}

}  // namespace scalper::aws::dynamo
