// One file on its way while the n-th call to the file system fails, or the process ends there, for every n.

#include <gtest/gtest.h>

#include <cerrno>

#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {
namespace {

constexpr const char* kName = "orders/a.csv";
constexpr const char* kTarget = "output/to/orders/a.csv";
const std::string kBytes = "a,b\n1,2\n";
const std::string kOlder = "a,b\n0,0\n";
const ObjectRef kTargetRef{BucketName{"output"}, ObjectKey{"to/orders/a.csv"}, VersionId{}};

enum class Way : std::uint8_t { kInbox, kUpload, kReview, kReplace };

// An inbox with another mount in it: what comes from there is copied in.
class OtherMount final : public ForwardingPosix {
 public:
  OtherMount() : ForwardingPosix(system_posix()) {}
  int rename(int from_dir, const std::string& from, int to_dir, const std::string& to, RenameMode mode) override {
    if (from == "a.csv") return -EXDEV;
    return ForwardingPosix::rename(from_dir, from, to_dir, to, mode);
  }

 protected:
  int may_pass(const char* /*call*/) override { return 0; }
};
OtherMount other_mount;

struct Form {
  const char* name;
  Way way;
  bool leases;
  bool openat2;
  Posix* posix = nullptr;  // else the system's
};

class LocalFaults : public testing::TestWithParam<Form> {
 protected:
  struct Run {
    std::unique_ptr<LocalWorld> world;
    JourneyRecord record;

    [[nodiscard]] Result<void> one_try(bool resumed) {
      return try_journey(*world, kName, kBytes, kTargetRef, resumed, record);
    }
    // An older version first, or the file in quarantine already.
    void stand(const std::string& bytes, const ObjectRef& target) const {
      world->drop(kName, bytes);
      JourneyRecord before;
      const auto stood = try_journey(*world, kName, bytes, target, false, before);
      ASSERT_TRUE(stood.ok()) << stood.error().message();
    }
  };

  static Run make_run() {
    const Form& form = GetParam();
    Run run;
    Posix& posix = form.openat2 ? system_posix() : system_posix_without_openat2();
    run.world = std::make_unique<LocalWorld>(form.leases, form.posix != nullptr ? *form.posix : posix);
    if (form.way == Way::kReview) {
      const ObjectRef quarantined{BucketName{"quarantine"}, ObjectKey{"orders/a.csv/abcdefghijklmnopqrstuvwxyz"},
                                  VersionId{}};
      run.stand(kBytes, quarantined);
      const auto info = run.world->store().head(CallContext{}, quarantined);
      EXPECT_TRUE(info.ok());
      if (info.ok()) run.record.source = info->ref;
      return run;
    }
    if (form.way == Way::kReplace) run.stand(kOlder, kTargetRef);
    run.record.replace = form.way == Way::kReplace;
    if (form.way == Way::kUpload) {
      TextSource body(kBytes);
      const auto made =
          run.world->store().put(CallContext{}, BucketName{"input"}, ObjectKey{kName}, body, {}, "text/csv", false);
      EXPECT_TRUE(made.ok());
      return run;
    }
    run.world->drop(kName, kBytes);
    return run;
  }

  static void finish(Run& run) {
    for (int round = 0; round < 10; ++round)
      if (run.one_try(true).ok()) return;
    const auto last = run.one_try(true);
    ADD_FAILURE() << "it never ends: " << (last.ok() ? "" : last.error().message());
  }

  static void expect_published_once(Run& run) {
    LocalWorld& world = *run.world;
    EXPECT_EQ(world.copies_of(kBytes), std::vector<std::string>{kTarget});
    EXPECT_EQ(world.copies_of(kOlder).size(), GetParam().way == Way::kReplace ? 1U : 0U);
    const auto listed = world.store().list_versions(CallContext{}, BucketName{"input"}, "", 10, "");
    ASSERT_TRUE(listed.ok());
    EXPECT_TRUE(listed->versions.empty());
    const auto info = world.store().head(CallContext{}, kTargetRef);
    ASSERT_TRUE(info.ok()) << info.error().message();
    EXPECT_TRUE(info->metadata.contains(kMetaId));
  }

  // `arm` disturbs a first try. False: the n-th call was beyond its end.
  template <class Arm>
  bool disturb(std::uint64_t n, const std::string& how, bool ends, Arm arm) {
    Run run = make_run();
    LocalWorld& world = *run.world;
    arm(world.faulty);
    (void)run.one_try(false).ok();
    const std::string refused = world.faulty.refused();
    if (ends) world.close();
    world.faulty.disarm();
    SCOPED_TRACE("call " + std::to_string(n) + " (" + refused + ") " + how);
    EXPECT_GE(world.copies_of(kBytes).size(), 1U);
    if (ends) {
      EXPECT_TRUE(world.reopen());
    }
    if (!world.is_open()) return false;
    finish(run);
    expect_published_once(run);
    EXPECT_TRUE(world.reopen());
    if (!world.is_open()) return false;
    expect_published_once(run);
    EXPECT_EQ(world.store().recovered().set_aside, 0U);
    if (refused.empty()) {
      EXPECT_GT(n, 15U) << "hardly anything was disturbed";
    }
    return !refused.empty() && !HasFailure();
  }
};

TEST_P(LocalFaults, TheNthCallFailsAndNothingIsLostOrDoubled) {
  for (const int code : {EIO, ENOSPC, EMFILE, EACCES})
    for (std::uint64_t n = 1;
         disturb(n, "answers " + std::to_string(code), false, [&](FaultyPosix& posix) { posix.fail_at(n, -code); });)
      ++n;
}

TEST_P(LocalFaults, TheNthCallWorksAndAnswersAnError) {
  for (std::uint64_t n = 1;
       disturb(n, "works and answers EIO", false, [&](FaultyPosix& posix) { posix.fail_after(n, -EIO); });)
    ++n;
}

TEST_P(LocalFaults, TheRunEndsAtTheNthCallAndTheNextGoesOn) {
  for (std::uint64_t n = 1; disturb(n, "ends the run", true, [&](FaultyPosix& posix) { posix.stop_at(n); });) ++n;
}

// The start itself is disturbed, after a run that ended in the middle.
TEST_P(LocalFaults, TheNthCallOfAStartFails) {
  for (const std::uint64_t ended_at : {12U, 24U, 36U}) {
    for (std::uint64_t n = 1; n < 1000; ++n) {
      Run run = make_run();
      LocalWorld& world = *run.world;
      world.faulty.stop_at(ended_at);
      (void)run.one_try(false).ok();
      world.close();
      world.faulty.fail_at(n, -EIO);
      (void)world.reopen();
      const std::string refused = world.faulty.refused();
      world.close();
      world.faulty.disarm();
      SCOPED_TRACE("ended at " + std::to_string(ended_at) + ", call " + std::to_string(n) + " of the start (" +
                   refused + ")");
      EXPECT_GE(world.copies_of(kBytes).size(), 1U);
      ASSERT_TRUE(world.reopen());
      finish(run);
      expect_published_once(run);
      if (refused.empty()) break;
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, LocalFaults,
    testing::Values(Form{"Leases", Way::kInbox, true, true}, Form{"NoLeases", Way::kInbox, false, true},
                    Form{"NoOpenat2", Way::kInbox, true, false}, Form{"Upload", Way::kUpload, true, true},
                    Form{"Review", Way::kReview, true, true}, Form{"Replace", Way::kReplace, true, true},
                    Form{"ReplaceWithoutLeases", Way::kReplace, false, true},
                    Form{"OtherMount", Way::kInbox, true, true, &other_mount}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace scalper
