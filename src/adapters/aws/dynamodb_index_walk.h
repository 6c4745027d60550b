#pragma once
// A walk along an index that is spread over partitions: their entries merged in the order of their places. Only for
// src/adapters/aws.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/dynamodb_table.h"

namespace boost::json {
class object;
}

namespace scalper::aws::dynamo {

struct IndexEntry {
  std::string partition;
  std::string place;  // of open_records, whose order is that of ids, the id
  std::string id;
};

// Where a walk begins and ends, as bytes of places.
struct PlaceRange {
  std::string from;               // inclusive; empty: from the start
  std::optional<std::string> to;  // no place equals it; nullopt: to the end
};

class IndexWalk {
 public:
  // `wanted`: how many entries the caller hopes for; it shapes how many are asked for at once. At most `budget` are
  // read in all, but at least one a partition.
  IndexWalk(AwsClient& client, const std::string& table, const IndexNames& index, std::vector<std::string> partitions,
            PlaceRange range, std::size_t wanted, std::size_t budget);

  // The next entry. nullopt: there is none, or the budget ended before it was sure which is next; is_over() tells.
  [[nodiscard]] Result<std::optional<IndexEntry>> next(const CallContext& context);
  // Nothing is left in any partition. False may also mean that nobody looked yet.
  [[nodiscard]] bool is_over() const;

 private:
  struct Partition {
    std::string name;
    std::string from;
    std::deque<IndexEntry> read;
    bool more = true;
  };
  // The first look at every partition; at several of them at a time where there are many.
  [[nodiscard]] Result<void> begin(const CallContext& context);
  [[nodiscard]] Result<void> begin_together(const CallContext& context);
  // Reads on behind what was read; touches nothing but the partition.
  [[nodiscard]] Result<void> fill(const CallContext& context, Partition& partition, std::size_t count) const;
  [[nodiscard]] boost::json::object question(const Partition& partition, std::size_t count) const;
  [[nodiscard]] bool is_spent() const { return read_ >= budget_; }

  AwsClient& client_;
  const std::string& table_;
  const IndexNames index_;
  const PlaceRange range_;
  const std::size_t budget_;
  const std::size_t wanted_;
  std::size_t chunk_ = 1;   // of the first look
  std::size_t top_up_ = 1;  // of later ones, once it is known where entries are
  std::size_t read_ = 0;
  bool begun_ = false;
  std::vector<Partition> partitions_;
};

}  // namespace scalper::aws::dynamo
