#pragma once
// A DynamoDB of one table in memory, behind the AWS client: for tests without the service. It refuses what the service
// refuses, and more: parameters that it does not know. It counts what each write would cost. Indexes are never late.
// Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "support/dynamodb_expressions.h"

namespace scalper::dynamo_check {

// One write as the service would bill it.
struct BilledWrite {
  std::string operation;
  std::size_t item_bytes = 0;   // the larger of before and after
  std::size_t table_units = 0;  // kilobytes, begun ones counted
  std::size_t index_units = 0;
};

// schemas/records-table.json.
[[nodiscard]] std::string records_table_definition();

class DynamoDbStandIn final : public aws::AwsClient {
 public:
  // `definition`: the input of CreateTable, as text.
  explicit DynamoDbStandIn(const std::string& definition);

  [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<aws::AwsStream> open(const CallContext&, const aws::AwsRequest&, aws::AwsRefusal*) override;
  [[nodiscard]] Result<std::string> presign(const CallContext&, const aws::AwsRequest&, std::chrono::seconds) override;
  [[nodiscard]] std::string region() const override { return "eu-central-1"; }

  [[nodiscard]] const std::string& table() const { return table_; }
  [[nodiscard]] std::vector<BilledWrite> writes();
  [[nodiscard]] std::vector<std::string> operations();  // of all calls, in order
  [[nodiscard]] std::vector<boost::json::object> items();
  // The next that many BatchGetItem leave all keys but one unprocessed.
  void starve_batches(int calls);
  // Overwrites one attribute of an item behind everybody's back: a string.
  void spoil(const std::string& key, const std::string& attribute, const std::string& text);
  // The next write is carried out as if its answer was lost and the client had made it again.
  void lose_next_answer();

 private:
  struct KeyNames {
    std::string partition;
    std::string place;
  };
  using Place = std::tuple<std::string, std::string, std::string>;  // partition, place, the table's key
  using Item = boost::json::object;

  void read_definition(const boost::json::object& definition);
  [[nodiscard]] boost::json::object run(const std::string& operation, const boost::json::object& ask);
  [[nodiscard]] boost::json::object put(const boost::json::object& ask);
  [[nodiscard]] boost::json::object get(const boost::json::object& ask);
  [[nodiscard]] boost::json::object update(const boost::json::object& ask);
  [[nodiscard]] boost::json::object erase(const boost::json::object& ask);
  [[nodiscard]] boost::json::object query(const boost::json::object& ask);
  [[nodiscard]] boost::json::object batch_get(const boost::json::object& ask);
  void demand_condition(const boost::json::object& ask, const Item* stored, Placeholders& placeholders) const;
  void check_item(const Item& item) const;
  [[nodiscard]] std::string key_of(const boost::json::object& key) const;
  [[nodiscard]] const Item* find(const std::string& key) const;
  void store(const std::string& operation, const std::string& key, const Item* after);
  [[nodiscard]] Item entry_of(const KeyNames& names, const Item& item) const;  // what an index keeps of it
  [[nodiscard]] std::size_t move_entries(const std::string& key, const Item* before, const Item* after);
  [[nodiscard]] std::optional<Place> place_in(const KeyNames& names, const std::string& key, const Item* item) const;

  std::mutex mutex_;
  std::string table_;
  std::string key_name_;
  std::map<std::string, std::string> types_;
  std::map<std::string, KeyNames> indexes_;
  std::map<std::string, Item> items_;
  std::map<std::string, std::set<Place>> entries_;
  std::vector<BilledWrite> writes_;
  std::vector<std::string> operations_;
  int starved_ = 0;
  bool lose_next_ = false;
};

}  // namespace scalper::dynamo_check
