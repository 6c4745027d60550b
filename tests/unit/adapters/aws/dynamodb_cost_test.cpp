// What the records of a file cost: three writes of one unit each, and two index writes. And that the calls of a file
// are those that `scalper cost` counts with.

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <random>

#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/decorators/fault_injecting_object_store.h"
#include "base/bytes.h"
#include "hosts/cli/cost_model.h"
#include "model/file_id.h"
#include "pipeline/process_object.h"
#include "support/dynamodb_stand_in.h"
#include "support/memory_gate.h"

namespace scalper {
namespace {

using dynamo_check::BilledWrite;
using dynamo_check::DynamoDbStandIn;

std::mt19937& seeded() {
  static std::mt19937 random(20261125);
  return random;
}

std::string random_of(std::size_t count, std::string_view alphabet) {
  std::string text;
  while (text.size() < count) text += alphabet[seeded()() % alphabet.size()];
  return text;
}
std::string hex(std::size_t digits) { return random_of(digits, "0123456789abcdef"); }
std::string version() { return random_of(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"); }

// Counts calls and lets them pass.
class CountingPlan final : public FaultPlan {
 public:
  [[nodiscard]] Fault before(const PortCall& call) override {
    if (!call.gives_bytes) ++calls[call.name];
    return {};
  }
  void after(const PortCall&) override {}
  void later(std::function<void()>) override { ADD_FAILURE(); }
  [[noreturn]] void crash() override { std::abort(); }
  [[nodiscard]] bool is_dead() const override { return false; }

  std::map<std::string, std::uint64_t> calls;
};

// The real path over records in the stand-in.
class Costs : public testing::Test {
 protected:
  std::vector<BilledWrite> process(const std::string& key, const std::string& bytes) {
    const std::size_t before = service.writes().size();
    const ObjectEvent event = world.upload(key, bytes);
    const Gate base = world.gate();
    Gate gate{.objects = counted,
              .records = store,
              .queue = base.queue,
              .contracts = base.contracts,
              .pause = base.pause,
              .notices = base.notices,
              .telemetry = base.telemetry,
              .clock = base.clock,
              .new_owner = [] { return OwnerToken{hex(32)}; },
              .random = base.random,
              .settings = base.settings};
    const auto outcome = process_object(gate, world.context(), WorkMessage(event));
    EXPECT_TRUE(outcome.ok() && outcome->acknowledge);
    auto writes = service.writes();
    writes.erase(writes.begin(), writes.begin() + static_cast<std::ptrdiff_t>(before));
    return writes;
  }

  MemoryGate world;
  CountingPlan plan;
  FaultInjectingObjectStore counted{world.objects, plan};
  DynamoDbStandIn service{dynamo_check::records_table_definition()};
  aws::DynamoDbRecordStore store{service, world.clock, service.table()};
};

TEST_F(Costs, AValidFileIsThreeWritesOfOneUnitAndTwoIndexWrites) {
  std::size_t largest = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string key = "exports/2026/11/orders-" + hex(static_cast<std::size_t>(8 + i)) + ".csv";
    const auto writes = process(key, "id,total\n1," + std::to_string(i) + "\n");
    ASSERT_EQ(writes.size(), 3U) << "claim, decide, final";
    std::size_t index = 0;
    for (const BilledWrite& write : writes) {
      EXPECT_EQ(write.operation, "PutItem");
      EXPECT_EQ(write.table_units, 1U) << write.item_bytes;
      index += write.index_units;
      largest = std::max(largest, write.item_bytes);
    }
    EXPECT_EQ(writes[0].index_units + writes[1].index_units, 0U) << "claim and decide touch no index";
    EXPECT_EQ(index, 2U);
    if (i == 0)
      std::cout << "items of claim, decide, final: " << writes[0].item_bytes << ", " << writes[1].item_bytes << ", "
                << writes[2].item_bytes << " bytes\n";
  }
  std::cout << "the largest of 50 files: " << largest << " bytes\n";
  const auto record = store.list(world.context(), {.index = RecordQuery::Index::kTime});
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->records.size(), 50U);
  EXPECT_EQ(record->records[0].status, FileStatus::kValid);
}

TEST_F(Costs, AFileMakesTheCallsThatTheCostModelCounts) {
  process("a.csv", "id,total\n1,2\n");
  const auto count = [&](const char* name) { return plan.calls[name]; };
  EXPECT_EQ(count("open"), cli::reads_of(1));
  EXPECT_EQ(count("copy"), cli::copies_of(1));
  EXPECT_LE(count("head"), cli::kHeads);
  EXPECT_EQ(count("remove_version"), 1U);
  std::uint64_t others = 0;
  for (const auto& [name, calls] : plan.calls)
    // What is sealed and confirmed of a store of versions costs no call there.
    if (name != "open" && name != "copy" && name != "head" && name != "remove_version" && name != "seal" &&
        name != "confirm")
      others += calls;
  EXPECT_EQ(others, 0U);
  std::uint64_t index = 0;
  for (const BilledWrite& write : service.writes()) index += write.index_units;
  EXPECT_EQ(service.writes().size(), cli::kRecordWrites);
  EXPECT_EQ(index, cli::kIndexWrites);
}

TEST_F(Costs, OnlyOneReadIsMadeBesideThem) {
  process("a.csv", "id,total\n1,2\n");
  process("b.csv", "id,total\n1,2\n");
  const std::vector<std::string> pause_and_two_files = {"GetItem", "PutItem", "PutItem", "PutItem",
                                                        "PutItem", "PutItem", "PutItem"};
  EXPECT_EQ(service.operations(), pause_and_two_files) << "pause is read at most once in ten seconds";
}

TEST_F(Costs, AFileWithTenFindingsIsAtMostFourUnitsAWrite) {
  std::string bytes = "id,total,name,place,remark\n";
  for (int i = 0; i < 400; ++i)
    bytes += i % 8 == 0 ? hex(12) + "," + hex(9) + "\n" : hex(3) + "," + hex(8) + ",x,y,z\n";
  const auto writes = process("exports/2026/11/orders-2026-11-25.csv", bytes);
  ASSERT_EQ(writes.size(), 3U);
  std::size_t index = 0;
  for (const BilledWrite& write : writes) {
    EXPECT_LE(write.table_units, 4U) << write.item_bytes;
    index += write.index_units;
  }
  EXPECT_EQ(index, 2U);
  std::cout << "the final item with ten findings: " << writes[2].item_bytes << " bytes\n";
}

// As AWS fills it: names of buckets at their longest, ids and tags of its own form, a key of 180 bytes.
TEST_F(Costs, ARecordWithLongNamesIsOneUnit) {
  FileRecord record;
  const std::string key = "partners/" + hex(140) + "/2026-11-25-orders.csv.gz";
  record.origin = {BucketName{hex(63)}, ObjectKey{key}, VersionId{version()}};
  record.source = record.origin;
  record.id = file_id(record.origin);
  record.status = FileStatus::kValid;
  record.revision = 3;
  record.source_etag = ETag{hex(32) + "-12"};
  record.sequencer = "00" + hex(16);
  record.size = 104857600;
  record.source_time = world.clock.wall_now();
  record.traceparent = "00-" + hex(32) + "-" + hex(16) + "-01";
  record.received_at = record.source_time + Millis{1234};
  record.attempt = 1;
  record.owner = OwnerToken{hex(32)};
  record.lease_until = record.received_at + Millis{300000};
  Decision decision;
  decision.verdict.kind = VerdictKind::kValid;
  decision.verdict.type = "text/csv";
  decision.verdict.size = record.size;
  decision.verdict.digests.sha256 = hex(64);
  decision.verdict.digests.crc64nvme = hex(16);
  decision.verdict.contract = {"partner-orders", hex(64)};
  decision.at = record.received_at + Millis{901};
  record.decision = decision;
  record.target = Target{BucketName{hex(63)}, ObjectKey{key}, VersionId{version()}, ETag{hex(32) + "-12"}};
  record.final_at = record.received_at + Millis{1777};
  record.expires_at = *record.final_at + std::chrono::days{90};
  HistoryEntry entry;
  entry.attempts = 1;
  entry.status = record.status;
  entry.contract = decision.verdict.contract;
  entry.target = record.target;
  entry.at = *record.final_at;
  record.history = {entry};
  ASSERT_TRUE(store.put(world.context(), record, WriteGuard{}).ok());
  const BilledWrite write = service.writes().back();
  EXPECT_LE(write.item_bytes, 1024U);
  EXPECT_EQ(write.index_units, 2U);
  std::cout << "an item with long names: " << write.item_bytes << " bytes\n";
  EXPECT_TRUE(*store.get(world.context(), record.id) == record);
}

TEST_F(Costs, RenewingALeaseAndPuttingOffRetentionTouchNoIndex) {
  process("a.csv", "id,total\n1,2\n");
  const auto page = store.list(world.context(), {.index = RecordQuery::Index::kTime});
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->records.size(), 1U);
  FileRecord record = page->records[0];
  ASSERT_TRUE(store.renew_lease(world.context(), record.id, record.owner, record.lease_until + Millis{1}).ok());
  record.revision += 1;
  *record.expires_at += std::chrono::days{30};
  ASSERT_TRUE(store.put(world.context(), record, WriteGuard::if_revision(record.revision - 1)).ok());
  const auto writes = service.writes();
  ASSERT_EQ(writes.size(), 5U);
  EXPECT_EQ(writes[3].index_units + writes[4].index_units, 0U);
  EXPECT_EQ(writes[3].table_units + writes[4].table_units, 2U);
}

}  // namespace
}  // namespace scalper
