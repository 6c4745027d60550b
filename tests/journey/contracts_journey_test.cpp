// Which contract judges a file that arrives, and what becomes of it when the set changes.

#include <gtest/gtest.h>

#include <fstream>

#include "hosts/local_contract_watch.h"
#include "model/file_id.h"
#include "pipeline/review.h"
#include "support/memory_gate.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

using std::string;

const string kOrders = "contract: orders\nmatch: {prefix: orders/}\ntypes: [text/csv]\nsize: {max: 20}\n";
const string kTable = "id,total\n1,2\n";

class ContractsJourney : public testing::Test {
 protected:
  void publish(const string& digest, const std::vector<std::pair<string, string>>& files) {
    ContractSet set{digest, {}};
    for (const auto& [path, text] : files) set.files.push_back({path, text});
    ASSERT_TRUE(world.contract_source.publish(world.context(), set).ok());
  }

  FileRecord arrive(const string& key, const string& bytes) {
    const ObjectEvent event = world.upload(key, bytes);
    world.announce(event);
    world.run_until_idle();
    const auto record = world.record(event);
    EXPECT_TRUE(record && record->decision) << key;
    return record.value_or(FileRecord{});
  }

  FileRecord review(const FileRecord& record, ReviewAction action) {
    Gate gate = world.gate();
    EXPECT_TRUE(accept_review(gate, world.context(), {record.id, action, "op", "because", {}}).ok());
    world.run_until_idle();
    return *world.record(record.id);
  }

  static string first_code(const FileRecord& record) {
    const auto& findings = record.decision->verdict.findings;
    return findings.empty() ? "" : findings.front().code;
  }

  // What was logged of an event, each with its sentence.
  std::vector<string> said(const string& name) {
    std::vector<string> all;
    for (const LogEvent& event : world.telemetry.events())
      if (event.event == name) all.push_back(std::get<string>(event.fields.front().second));
    return all;
  }

  MemoryGate world;
};

TEST_F(ContractsJourney, EachFileIsJudgedByTheContractOfItsKeyAndCarriesItsDigest) {
  publish("one", {{"orders.yaml", kOrders}});
  const CompiledSet set = compile_contracts({{"orders.yaml", kOrders}});
  const FileRecord good = arrive("orders/a.csv", kTable);
  EXPECT_EQ(good.status, FileStatus::kValid);
  EXPECT_EQ(good.decision->verdict.contract, set.index->match("orders/a.csv")->stamp());
  EXPECT_EQ(good.decision->verdict.contract.digest.size(), 64U);
  const FileRecord large = arrive("orders/b.csv", kTable + kTable);
  EXPECT_EQ(large.status, FileStatus::kInvalid);
  EXPECT_EQ(first_code(large), "size.too_large");
  const FileRecord other = arrive("else/b.csv", kTable + kTable);
  EXPECT_EQ(other.status, FileStatus::kValid);
  EXPECT_EQ(other.decision->verdict.contract, builtin_contract()->stamp());
}

TEST_F(ContractsJourney, FilesThatNoContractMatchesGoToQuarantineWhereTheSetSaysSo) {
  publish("strict", {{"orders.yaml", kOrders}, {"set.yaml", "unmatched: quarantine\n"}});
  EXPECT_EQ(arrive("orders/a.csv", kTable).status, FileStatus::kValid);
  const FileRecord record = arrive("else/a.csv", kTable);
  EXPECT_EQ(record.status, FileStatus::kUnverifiable);
  EXPECT_EQ(first_code(record), "contract.unmatched");
  EXPECT_EQ(record.decision->verdict.findings_total, 1U);
  EXPECT_EQ(world.bytes(world.settings.quarantine, "else/a.csv/" + record.id.value()), kTable);
  EXPECT_EQ(world.bytes(world.settings.output, "else/a.csv"), std::nullopt);
  const FileRecord broken = arrive("else/b.csv", "a,b\n1\n");
  EXPECT_EQ(broken.status, FileStatus::kInvalid);  // an error wins, and both are said
  EXPECT_EQ(first_code(broken), "contract.unmatched");
  const FileRecord released = review(record, ReviewAction::kRelease);
  EXPECT_EQ(released.status, FileStatus::kReleased);
  EXPECT_EQ(world.bytes(world.settings.output, "else/a.csv"), kTable);
}

TEST_F(ContractsJourney, AKeyWhoseCheckIsNotBuiltNeverPassesAsValid) {
  publish("more", {{"orders.yaml", kOrders + "signature: {require: openpgp}\n"}});
  const FileRecord record = arrive("orders/a.csv", kTable);
  EXPECT_EQ(record.status, FileStatus::kUnverifiable);
  EXPECT_EQ(first_code(record), "contract.no_checker");
  EXPECT_TRUE(world.versions(world.settings.output).empty());
}

TEST_F(ContractsJourney, ANewSetIsInUseWithoutARestartAndARerunJudgesByIt) {
  publish("one", {{"orders.yaml", kOrders}});
  const FileRecord large = arrive("orders/b.csv", kTable + kTable);
  EXPECT_EQ(large.status, FileStatus::kInvalid);
  publish("two", {{"orders.yaml", "contract: orders\nmatch: {prefix: orders/}\nsize: {max: 1kB}\n"}});
  const FileRecord again = review(large, ReviewAction::kRerun);
  EXPECT_EQ(again.status, FileStatus::kValid);
  EXPECT_NE(again.decision->verdict.contract.digest, large.decision->verdict.contract.digest);
  EXPECT_EQ(world.bytes(world.settings.output, "orders/b.csv"), kTable + kTable);
}

TEST_F(ContractsJourney, ABrokenSetKeepsTheOldOneAndSaysWhyOnce) {
  publish("one", {{"orders.yaml", kOrders}});
  EXPECT_EQ(arrive("orders/a.csv", kTable).status, FileStatus::kValid);
  publish("two", {{"orders.yaml", "contract: orders\nmatch: {prefx: orders/}\nsize: {max: x}\n"}});
  const FileRecord large = arrive("orders/b.csv", kTable + kTable);
  EXPECT_EQ(large.status, FileStatus::kInvalid);  // by the old one, never by less
  EXPECT_EQ(arrive("orders/c.csv", kTable).status, FileStatus::kValid);
  const string why =
      "the contract set two is refused: orders.yaml:2:9: unknown key \"prefx\" in `match`; did you mean \"prefix\"? "
      "(and "
      "1 more; `scalper contract lint` says all)";
  EXPECT_EQ(world.contracts.complaint(), why);
  EXPECT_EQ(said("contracts_refused"), std::vector<string>{why + "; the set before it stays in use"});
  publish("three", {{"orders.yaml", kOrders}});
  EXPECT_EQ(arrive("orders/d.csv", kTable).status, FileStatus::kValid);
  EXPECT_EQ(world.contracts.complaint(), "");
}

TEST_F(ContractsJourney, WithoutAGoodSetNothingIsClaimed) {
  publish("bad", {{"orders.yaml", "contract: [\n"}});
  const ObjectEvent event = world.upload("orders/a.csv", kTable);
  world.announce(event);
  world.run_until_idle(3);
  EXPECT_FALSE(world.record(event));
  ASSERT_EQ(said("contracts_missing").size(), 1U);
  EXPECT_TRUE(said("contracts_missing").front().ends_with("; nothing is claimed until there is a sound one"));
  publish("good", {{"orders.yaml", kOrders}});
  world.run_until_idle();
  ASSERT_TRUE(world.record(event));
  EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
}

// A set that is being written is not taken, and that it never ends being written is told.
TEST_F(ContractsJourney, AFolderThatNeverRestsIsToldOf) {
  TempDir folder;
  const auto write = [&](int size) {
    std::ofstream(folder.path() / "orders.yaml")
        << kOrders << "# " << string(static_cast<std::size_t>(size), '.') << "\n";
  };
  write(0);
  ContractWatch watch(folder.path().string(), world.contract_source, world.records, world.telemetry);
  ASSERT_TRUE(watch.begin(world.context()).ok());
  EXPECT_EQ(watch.complaint(), "");
  for (int look = 1; look <= 10; ++look) {
    EXPECT_EQ(watch.complaint(), "") << look;
    write(look);
    watch.look(world.context());
  }
  EXPECT_NE(watch.complaint().find("changes all the time"), string::npos) << watch.complaint();
  watch.look(world.context());
  EXPECT_EQ(watch.complaint(), "");
  EXPECT_EQ(said("contracts_published").size(), 2U);
}

}  // namespace
}  // namespace scalper
