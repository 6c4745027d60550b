// The journey over the record table of AWS, while the n-th call of a port fails, for every n and every kind of fault.
// The table's adapter is the real one; behind it stands what reads its requests as strictly as the service does.

#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/decorators/fault_injecting_object_store.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "pipeline/audit.h"
#include "pipeline/worker.h"
#include "support/dynamodb_stand_in.h"
#include "support/forwarding_stores.h"
#include "support/port_faults.h"
#include "support/scripted_plan.h"
#include "support/story.h"

namespace scalper {
namespace {

const std::vector<PortFault>& aws_faults() {
  static const std::vector<PortFault> all = port_faults_but({"NoSpace", "ShortRead", "FlippedBit"});
  return all;
}

// A gate in memory whose records are in the table.
class TableWorld {
 public:
  [[nodiscard]] std::optional<FileRecord> record(const ObjectEvent& event) {
    const auto found = records.get(world.context(), file_id(event.ref));
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : std::nullopt;
  }
  void work(Gate& own) {
    const auto deliveries = own.queue.receive(world.context().at_step(0), 10, own.settings.visibility, Millis{0});
    if (deliveries.ok()) process_batch(own, world.context(), *deliveries);
  }
  // Faults are over: sweeps and workers run until all is at rest.
  void calm_down() {
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 6; ++i) {
        work(gate);
        world.clock.advance(std::chrono::minutes{1});
      }
      world.clock.advance(std::chrono::minutes{20});
      const auto swept = sweep(gate, world.context());
      ASSERT_TRUE(swept.ok()) << swept.error().message();
    }
    work(gate);
  }

  MemoryGate world;
  dynamo_check::DynamoDbStandIn service{dynamo_check::records_table_definition()};
  aws::DynamoDbRecordStore records{service, world.clock, service.table()};
  Gate gate = gate_over(world.gate(), world.objects, records);
};

class EveryCallOverTheTable : public testing::TestWithParam<std::tuple<std::size_t, bool>> {
 protected:
  static const PortFault& kind() { return aws_faults()[std::get<0>(GetParam())]; }
  static bool is_review() { return std::get<1>(GetParam()); }
  static bool play(int n);
};

// False: the journey has fewer calls.
bool EveryCallOverTheTable::play(int n) {
  TableWorld table;
  MemoryGate& world = table.world;
  const ObjectEvent event = world.upload("a.bin", is_review() ? kBad : kGood);
  world.announce(event);
  if (is_review()) {
    table.work(table.gate);
    EXPECT_TRUE(
        accept_review(table.gate, world.context(), {file_id(event.ref), ReviewAction::kRelease, "op", "why", {}}).ok());
  }
  ScriptedPlan plan({{.call = "", .nth = n, .fault = kind().fault}});
  {
    FaultInjectingObjectStore objects(world.objects, plan);
    FaultInjectingRecordStore records(table.records, plan);
    FaultInjectingWorkQueue queue(world.queue, plan);
    FaultInjectingNotices notices(world.notices, plan);
    const Gate inner = world.gate();
    Gate faulty{objects,         records,     queue,           inner.contracts, inner.pause,   notices,
                inner.telemetry, inner.clock, inner.new_owner, inner.random,    inner.settings};
    try {
      table.work(faulty);
    } catch (const ScriptedCrash&) {  // the process is gone
    }
  }
  const bool struck = plan.is_played_out();
  const std::string where = "call " + std::to_string(n) +
                            (plan.struck() ? std::string(": ") + plan.struck()->port + "." + plan.struck()->name : "");
  plan.land_late_effects();
  table.calm_down();
  const auto record = table.record(event);
  EXPECT_TRUE(record) << where;
  if (!record) return false;
  EXPECT_EQ(record->status, is_review() ? FileStatus::kReleased : FileStatus::kValid)
      << where << ": " << record->last_error;
  EXPECT_FALSE(record->open) << where;
  EXPECT_FALSE(world.objects.head(world.context(), event.ref).ok()) << where << ": the source is still there";
  EXPECT_EQ(world.versions(world.settings.output).size(), 1U) << where;
  EXPECT_EQ(world.versions(world.settings.quarantine).size(), 0U) << where;
  EXPECT_EQ(world.bytes(world.settings.output, "a.bin"), is_review() ? kBad : kGood) << where;
  return struck;
}

TEST_P(EveryCallOverTheTable, EndsWithTheFileWhereItBelongs) {
  constexpr int kMostCalls = 100;
  int n = 1;
  while (n < kMostCalls && play(n) && !HasFailure()) ++n;
  EXPECT_GT(n, 5) << "the journey has hardly any calls";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Aws, EveryCallOverTheTable,
                         testing::Combine(testing::Range<std::size_t>(0, aws_faults().size()), testing::Bool()),
                         [](const auto& instance) {
                           return std::string(aws_faults()[std::get<0>(instance.param)].name) +
                                  (std::get<1>(instance.param) ? "Release" : "Valid");
                         });

// An item that nobody can read.

class ASpoiltItem : public testing::Test {
 protected:
  ASpoiltItem() {
    spoilt = table.world.upload("a.txt", kGood);
    EXPECT_TRUE(sweep(table.gate, table.world.context()).ok());
    table.service.spoil(file_id(spoilt.ref).value(), "z", "no body of ours");
    other = table.world.upload("b.txt", kGood);
  }

  TableWorld table;
  ObjectEvent spoilt;
  ObjectEvent other;
};

TEST_F(ASpoiltItem, KeepsTheSweepFromNoOtherAndIsSaid) {
  const auto swept = sweep(table.gate, table.world.context());
  ASSERT_TRUE(swept.failed_with(ErrorCode::kCorrupt));
  table.work(table.gate);
  EXPECT_EQ(table.record(other)->status, FileStatus::kValid);
}

TEST_F(ASpoiltItem, IsNamedByTheAudit) {
  const auto report = audit(table.gate, table.world.context(), false);
  ASSERT_TRUE(report.ok()) << report.error().message();
  ASSERT_EQ(report->strays_total, 1U);
  EXPECT_EQ(report->strays.at(0).kind, AuditStray::Kind::kUnreadable);
  EXPECT_EQ(report->strays.at(0).id, file_id(spoilt.ref));
}

}  // namespace
}  // namespace scalper
