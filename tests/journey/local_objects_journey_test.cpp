// Whole paths of the pipeline over the object store on real folders; records and queue are those in memory.

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "model/file_id.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"
#include "support/local_world.h"
#include "support/memory_gate.h"

namespace scalper {
namespace {

const std::string kGood = "plain text\n";
const std::string kBad = std::string("\xFF\xFE\x00\x01 no type that is known", 26);

class LocalObjectsJourney : public testing::TestWithParam<bool> {
 protected:
  struct World {
    explicit World(bool leases) : disk(leases) {}
    [[nodiscard]] Gate gate() {
      const Gate memory = rest.gate();
      return Gate{.objects = disk.store(),
                  .records = memory.records,
                  .queue = memory.queue,
                  .contracts = memory.contracts,
                  .pause = memory.pause,
                  .notices = memory.notices,
                  .telemetry = memory.telemetry,
                  .clock = memory.clock,
                  .new_owner = memory.new_owner,
                  .random = memory.random,
                  .settings = memory.settings};
    }
    // What the hot folder does: adopt, then the message.
    std::optional<ObjectEvent> arrive(const std::string& name) {
      const auto adoption = disk.store().inbox().adopt(rest.context(), name);
      const auto* const adopted = adoption.ok() ? std::get_if<Adopted>(&*adoption) : nullptr;
      if (adopted == nullptr) return std::nullopt;
      rest.announce(adopted->event);
      return adopted->event;
    }
    // Until nothing is left to do, time passing where it must.
    void run(const std::string& name) {
      for (int round = 0; round < 12; ++round) {
        if (std::filesystem::exists(disk.path("input") / name)) (void)arrive(name);
        Gate all = gate();
        EXPECT_TRUE(sweep(all, rest.context()).ok());
        for (int quiet = 0; quiet < 3;) {
          const auto deliveries = rest.queue.receive(rest.context(), 4, rest.settings.visibility, Millis{0});
          ASSERT_TRUE(deliveries.ok());
          process_batch(all, rest.context(), *deliveries);
          quiet = deliveries->empty() ? quiet + 1 : 0;
        }
        rest.clock.advance(std::chrono::minutes{7});
        disk.clock.advance(std::chrono::minutes{7});
      }
    }
    FileRecord record(const ObjectEvent& event) {
      const auto found = rest.record(event);
      EXPECT_TRUE(found.has_value());
      return found.value_or(FileRecord{});
    }
    LocalWorld disk;
    MemoryGate rest;
  };

  // How often the bytes are below the data folder, and that they are at `path`.
  static void expect_only(const World& world, const std::string& bytes, const std::string& path) {
    EXPECT_EQ(world.disk.copies_of(bytes), std::vector<std::string>{path});
  }
};

TEST_P(LocalObjectsJourney, AGoodFileIsInOutputAndNowhereElse) {
  World world(GetParam());
  world.disk.drop("orders/a.txt", kGood);
  const auto event = world.arrive("orders/a.txt");
  ASSERT_TRUE(event);
  world.run("orders/a.txt");
  EXPECT_EQ(world.record(*event).status, FileStatus::kValid);
  expect_only(world, kGood, "output/orders/a.txt");
}

TEST_P(LocalObjectsJourney, ABadFileIsInQuarantineUntilItIsReleased) {
  World world(GetParam());
  world.disk.drop("b.bin", kBad);
  const auto event = world.arrive("b.bin");
  ASSERT_TRUE(event);
  world.run("b.bin");
  EXPECT_EQ(world.record(*event).status, FileStatus::kUnverifiable);
  const std::string id = file_id(event->ref).value();
  expect_only(world, kBad, "quarantine/" + id + "--b.bin");
  Gate gate = world.gate();
  // A rerun that stays as it was moves nothing.
  ASSERT_TRUE(accept_review(gate, world.rest.context(), {FileId{id}, ReviewAction::kRerun, "op", "", {}}).ok());
  world.run("b.bin");
  expect_only(world, kBad, "quarantine/" + id + "--b.bin");
  ASSERT_TRUE(accept_review(gate, world.rest.context(), {FileId{id}, ReviewAction::kRelease, "op", "fine", {}}).ok());
  world.run("b.bin");
  EXPECT_EQ(world.record(*event).status, FileStatus::kReleased);
  expect_only(world, kBad, "output/b.bin");
}

TEST_P(LocalObjectsJourney, ANewerFileTakesThePlaceOfAnOlder) {
  World world(GetParam());
  world.disk.drop("a.txt", "older\n");
  ASSERT_TRUE(world.arrive("a.txt"));
  world.run("a.txt");
  world.disk.drop("a.txt", "newer\n");
  const auto event = world.arrive("a.txt");
  world.run("a.txt");
  EXPECT_EQ(world.record(*event).status, FileStatus::kValid);
  expect_only(world, "newer\n", "output/a.txt");
  ASSERT_EQ(world.disk.copies_of("older\n").size(), 1U);
  EXPECT_TRUE(world.disk.copies_of("older\n")[0].starts_with(".scalper/replaced/"));
}

// Later is what came later, whatever the clock says of it; also in the next run.
TEST_P(LocalObjectsJourney, ANewerFileIsNewerThoughTheClockWasSetBack) {
  for (const bool restarts : {false, true}) {
    SCOPED_TRACE(restarts);
    World world(GetParam());
    world.disk.drop("a.txt", "older\n");
    ASSERT_TRUE(world.arrive("a.txt"));
    world.run("a.txt");
    if (restarts) {
      ASSERT_TRUE(world.disk.reopen());
    }
    world.disk.clock.set_wall(world.disk.clock.wall_now() - std::chrono::hours{24 * 10});
    for (const std::string newer : {"newer\n", "newest\n"}) {
      world.disk.drop("a.txt", newer);
      const auto event = world.arrive("a.txt");
      ASSERT_TRUE(event);
      world.run("a.txt");
      EXPECT_EQ(world.record(*event).status, FileStatus::kValid);
      expect_only(world, newer, "output/a.txt");
    }
  }
}

TEST_P(LocalObjectsJourney, AStrangersFileStays) {
  World world(GetParam());
  std::ofstream(world.disk.path("output/a.txt")) << "a stranger's\n";
  world.disk.drop("a.txt", kGood);
  const auto event = world.arrive("a.txt");
  ASSERT_TRUE(event);
  world.run("a.txt");
  EXPECT_EQ(world.record(*event).status, FileStatus::kFailed);
  expect_only(world, "a stranger's\n", "output/a.txt");
  expect_only(world, kGood, "quarantine/" + file_id(event->ref).value() + "--a.txt");
}

TEST_P(LocalObjectsJourney, EveryCallFailsOnceOrEndsTheRun) {
  for (const bool ends : {false, true})
    for (std::uint64_t n = 1; n < 1000; ++n) {
      World world(GetParam());
      world.disk.drop("orders/a.txt", kGood);
      if (ends)
        world.disk.faulty.stop_at(n);
      else
        world.disk.faulty.fail_at(n, -EIO);
      (void)world.arrive("orders/a.txt");
      Gate gate = world.gate();
      for (int i = 0; i < 3; ++i) {
        const auto deliveries =
            world.rest.queue.receive(world.rest.context(), 4, world.rest.settings.visibility, Millis{0});
        ASSERT_TRUE(deliveries.ok());
        process_batch(gate, world.rest.context(), *deliveries);
      }
      const std::string refused = world.disk.faulty.refused();
      if (ends) world.disk.close();
      world.disk.faulty.disarm();
      SCOPED_TRACE((ends ? "ended at call " : "failed at call ") + std::to_string(n) + " (" + refused + ")");
      if (ends) {
        ASSERT_TRUE(world.disk.reopen());
      }
      world.run("orders/a.txt");
      expect_only(world, kGood, "output/orders/a.txt");
      RecordQuery open;
      open.index = RecordQuery::Index::kOpen;
      const auto left = world.rest.records.list(world.rest.context(), open);
      ASSERT_TRUE(left.ok());
      EXPECT_TRUE(left->records.empty()) << to_string(left->records[0].status) << left->records[0].last_error;
      if (refused.empty() || HasFailure()) break;
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, LocalObjectsJourney, testing::Bool(),
                         [](const auto& instance) { return std::string(instance.param ? "Leases" : "NoLeases"); });

}  // namespace
}  // namespace scalper
