// One file from the inbox to its target while the n-th call to the file system fails, or the process ends there, for
// every n.

#include <gtest/gtest.h>

#include <cerrno>

#include "support/local_world.h"

namespace scalper {
namespace {

constexpr const char* kName = "orders/a.csv";
constexpr const char* kTarget = "output/to/orders/a.csv";
const std::string kBytes = "a,b\n1,2\n";

struct Form {
  const char* name;
  bool leases;
  bool openat2;
};

class LocalFaults : public testing::TestWithParam<Form> {
 protected:
  static std::unique_ptr<LocalWorld> make_world() {
    auto world = std::make_unique<LocalWorld>(GetParam().leases,
                                              GetParam().openat2 ? system_posix() : system_posix_without_openat2());
    world->drop(kName, kBytes);
    return world;
  }

  // Tries until it is done; the first of them is disturbed, or all before were.
  static void finish(LocalWorld& world, JourneyRecord& record) {
    for (int round = 0; round < 10; ++round)
      if (try_journey(world, kName, kBytes, "output", true, record).ok()) return;
    ADD_FAILURE() << "it never ends: " << try_journey(world, kName, kBytes, "output", true, record).error().message();
  }

  static void expect_published_once(LocalWorld& world) {
    EXPECT_EQ(world.copies_of(kBytes), std::vector<std::string>{kTarget});
    const auto listed = world.store().list_versions(CallContext{}, BucketName{"input"}, "", 10, "");
    ASSERT_TRUE(listed.ok());
    EXPECT_TRUE(listed->versions.empty());
    const auto info =
        world.store().head(CallContext{}, {BucketName{"output"}, ObjectKey{"to/orders/a.csv"}, VersionId{}});
    ASSERT_TRUE(info.ok()) << info.error().message();
    EXPECT_TRUE(info->metadata.contains(kMetaId));
  }
};

TEST_P(LocalFaults, TheNthCallFailsAndNothingIsLostOrDoubled) {
  for (const int code : {EIO, ENOSPC, EMFILE, EACCES}) {
    for (std::uint64_t n = 1; n < 1000; ++n) {
      const auto world = make_world();
      JourneyRecord record;
      world->faulty.fail_at(n, -code);
      (void)try_journey(*world, kName, kBytes, "output", false, record).ok();
      const std::string refused = world->faulty.refused();
      world->faulty.disarm();
      SCOPED_TRACE("call " + std::to_string(n) + " (" + refused + ") answers " + std::to_string(code));
      EXPECT_GE(world->copies_of(kBytes).size(), 1U);
      finish(*world, record);
      expect_published_once(*world);
      ASSERT_TRUE(world->reopen());
      expect_published_once(*world);
      if (refused.empty()) {
        EXPECT_GT(n, 20U);
        break;
      }
      if (HasFailure()) return;
    }
  }
}

TEST_P(LocalFaults, TheRunEndsAtTheNthCallAndTheNextGoesOn) {
  for (std::uint64_t n = 1; n < 1000; ++n) {
    const auto world = make_world();
    JourneyRecord record;
    world->faulty.stop_at(n);
    (void)try_journey(*world, kName, kBytes, "output", false, record).ok();
    const std::string refused = world->faulty.refused();
    world->close();
    world->faulty.disarm();
    SCOPED_TRACE("the run ends at call " + std::to_string(n) + " (" + refused + ")");
    EXPECT_GE(world->copies_of(kBytes).size(), 1U);
    ASSERT_TRUE(world->reopen());
    finish(*world, record);
    expect_published_once(*world);
    EXPECT_EQ(world->store().recovered().set_aside, 0U);
    if (refused.empty()) return;
    if (HasFailure()) return;
  }
}

// The start itself is disturbed, after a run that ended in the middle.
TEST_P(LocalFaults, TheNthCallOfAStartFails) {
  for (const std::uint64_t ended_at : {12U, 24U, 36U}) {
    for (std::uint64_t n = 1; n < 1000; ++n) {
      const auto world = make_world();
      JourneyRecord record;
      world->faulty.stop_at(ended_at);
      (void)try_journey(*world, kName, kBytes, "output", false, record).ok();
      world->close();
      world->faulty.fail_at(n, -EIO);
      (void)world->reopen();
      const std::string refused = world->faulty.refused();
      world->close();
      world->faulty.disarm();
      SCOPED_TRACE("ended at " + std::to_string(ended_at) + ", call " + std::to_string(n) + " of the start (" +
                   refused + ")");
      EXPECT_GE(world->copies_of(kBytes).size(), 1U);
      ASSERT_TRUE(world->reopen());
      finish(*world, record);
      expect_published_once(*world);
      if (refused.empty()) break;
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, LocalFaults,
                         testing::Values(Form{"Leases", true, true}, Form{"NoLeases", false, true},
                                         Form{"NoOpenat2", true, false}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace scalper
