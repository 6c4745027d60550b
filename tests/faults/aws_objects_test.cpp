// The journey over the object store of AWS, while the n-th call fails, for every n and every kind of fault: below the
// adapter, where the network is, and above it, as the pipeline sees. The adapter is the real one; the buckets are those
// of the stand-in. What the commit protocol promises (a to g) is looked at after every call and at rest.

#include <map>
#include <set>

#include "adapters/aws/s3_object_store.h"
#include "adapters/decorators/fault_injecting_object_store.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "pipeline/worker.h"
#include "support/forwarding_stores.h"
#include "support/port_faults.h"
#include "support/s3_world.h"
#include "support/scripted_plan.h"
#include "support/story.h"

namespace scalper {
namespace {

struct Scene {
  const char* name;
  const std::string& bytes;
  bool replaces = false;  // an older file of ours is at the output key
  std::optional<ReviewAction> review = {};
  bool exact = false;
  FileStatus status = FileStatus::kValid;
  bool to_output = true;
};

const std::vector<Scene>& scenes() {
  static const std::vector<Scene> all = {
      {"Valid", kGood},
      {"Exact", kGood, false, {}, true},
      {"Unverifiable", kBad, false, {}, false, FileStatus::kUnverifiable, false},
      {"Replacement", kGood, true},
      {"Release", kBad, false, ReviewAction::kRelease, false, FileStatus::kReleased},
      {"Reject", kBad, false, ReviewAction::kReject, false, FileStatus::kRejected, false},
      {"Rerun", kBad, false, ReviewAction::kRerun, false, FileStatus::kUnverifiable, false},
  };
  return all;
}

// A store of that kind, with a file of a scene on its way.
class Play {
 public:
  Play(const Scene& scene, const S3Form& form) : scene_(scene), world(form) {
    world.memory.settings.publish_exact = scene.exact;
    if (scene.replaces) {
      older = world.upload("a.bin", kOlder);
      world.announce(*older);
      world.run_until_idle();
    }
    file = world.upload("a.bin", scene.bytes);
    world.announce(file);
    if (!scene.review) return;
    world.run_until_idle();
    review();
    if (scene.review == ReviewAction::kRelease) world.allow_in_output(scene.bytes);
  }

  // `crashes`: so many tries may have ended without a word.
  void expect_the_end(const std::string& where, std::uint32_t crashes = 0) {
    world.expect_at_rest(where);
    const auto record = world.memory.record(file);
    ASSERT_TRUE(record) << where;
    EXPECT_EQ(to_string(record->status), to_string(scene_.status)) << where << ": " << record->last_error;
    EXPECT_EQ(S3World::place_of(*record).bucket.value(), scene_.to_output ? "output" : "quarantine") << where;
    EXPECT_LE(record->crashes, crashes) << where;
    if (scene_.to_output) {
      EXPECT_EQ(world.current("output", "a.bin"), scene_.bytes) << where << ": another version is the current one";
    }
  }

  // Where no checksum is stated of the source, a bit that flipped on its way is judged with the rest, and seen when the
  // copy is read back: an alarm, for only a person can tell which of the two is right. Both are kept.
  [[nodiscard]] bool is_held_for_a_person() {
    const auto record = world.memory.record(file);
    if (!record || record->last_error.find("another CRC64NVME") == std::string::npos) return false;
    EXPECT_EQ(record->status, FileStatus::kProcessing);
    EXPECT_TRUE(world.gate().objects.head(world.context(), record->source).ok());
    return true;
  }

  // A release that found other bytes, or none, in quarantine leaves the file there and says why; asked for again, it is
  // carried out.
  void release_again_if_refused() {
    const auto record = world.memory.record(file);
    if (scene_.review != ReviewAction::kRelease || !record || record->status != FileStatus::kUnverifiable) return;
    world.expect_at_rest("after a release that was refused");
    EXPECT_FALSE(record->last_error.empty());
    review();
    world.calm_down();
  }

 private:
  void review() {
    Gate gate = world.gate();
    EXPECT_TRUE(accept_review(gate, world.context(), {file_id(file.ref), *scene_.review, "op", "because", {}}).ok());
  }

  static inline const std::string kOlder = "an older one\n";
  const Scene& scene_;

 public:
  S3World world;
  ObjectEvent file;
  std::optional<ObjectEvent> older;
};

// Above the adapter.

const std::vector<PortFault>& port_faults() {
  static const std::vector<PortFault> all = port_faults_but({"NoSpace"});
  return all;
}

using Parameter = std::tuple<std::size_t, std::size_t, std::size_t>;  // scene, form, fault
constexpr int kMostCalls = 120;
constexpr int kNotFound = 404;

std::string place(int n, const std::string& what) { return "call " + std::to_string(n) + " (" + what + ")"; }

class EveryCallOverTheBuckets : public testing::TestWithParam<Parameter> {
 protected:
  static const S3Form& form() { return s3_forms()[std::get<1>(GetParam())]; }
  static const PortFault& fault() { return port_faults()[std::get<2>(GetParam())]; }
  // False: the journey has fewer calls.
  static bool play(int n) {
    Play play(scenes()[std::get<0>(GetParam())], form());
    ScriptedPlan plan({{.call = "", .nth = n, .fault = fault().fault}});
    {
      MemoryGate& memory = play.world.memory;
      aws::S3ObjectStore own = play.world.new_store();  // of a process that ends with this block
      FaultInjectingObjectStore objects(own, plan);
      FaultInjectingRecordStore records(memory.records, plan);
      FaultInjectingWorkQueue queue(memory.queue, plan);
      FaultInjectingNotices notices(memory.notices, plan);
      const Gate inner = memory.gate();
      Gate faulty{objects,         records,     queue,           inner.contracts, inner.pause,   notices,
                  inner.telemetry, inner.clock, inner.new_owner, inner.random,    inner.settings};
      try {
        play.world.work(faulty);
      } catch (const ScriptedCrash&) {  // the process is gone
      }
      plan.land_late_effects();  // they know the store that they were meant for
    }
    const std::string where =
        place(n, plan.struck() ? std::string(plan.struck()->port) + "." + plan.struck()->name : "none");
    play.world.calm_down();
    const Fault::Kind kind = fault().fault.kind;
    const bool may_be_held = kind == Fault::Kind::kFlipBit && !form().service.keeps_checksums;
    if (kind == Fault::Kind::kFlipBit) play.release_again_if_refused();
    if (!may_be_held || !play.is_held_for_a_person())
      play.expect_the_end(where, kind == Fault::Kind::kCrashBefore || kind == Fault::Kind::kCrashAfter ? 1 : 0);
    return plan.is_played_out();
  }
};

TEST_P(EveryCallOverTheBuckets, EndsWithTheFileWhereItBelongs) {
  int n = 1;
  while (n < kMostCalls && play(n) && !HasFailure()) ++n;
  EXPECT_GT(n, 5) << "the journey has hardly any calls";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Aws, EveryCallOverTheBuckets,
                         testing::Combine(testing::Range<std::size_t>(0, scenes().size()),
                                          testing::Range<std::size_t>(0, s3_forms().size()),
                                          testing::Range<std::size_t>(0, port_faults().size())),
                         [](const auto& instance) {
                           return std::string(scenes()[std::get<0>(instance.param)].name) +
                                  s3_forms()[std::get<1>(instance.param)].name +
                                  port_faults()[std::get<2>(instance.param)].name;
                         });

// Below it.

const std::vector<S3CallFault>& call_faults() {
  static const std::vector<S3CallFault> all = {
      {"NoConnection", 0, "", false},
      {"AnswerLost", 0, "", true},
      {"InternalError", 500, "InternalError", false},
      {"InternalErrorAfter", 500, "InternalError", true},
      {"SlowDown", 503, "SlowDown", false},
      {"TooMany", 429, "TooManyRequestsException", false},
      {"Conflict", 409, "ConditionalRequestConflict", false},
      {"Refused", 412, "PreconditionFailed", false},
      {"NotFound", 404, "NoSuchKey", false},
      {"NoUpload", 404, "NoSuchUpload", false},
      {"Denied", 403, "AccessDenied", false},
      {"Expired", 400, "ExpiredToken", false},
      {"Cut", -1, "", true},
  };
  return all;
}

class EveryCallToS3 : public testing::TestWithParam<Parameter> {
 protected:
  static bool play(int n) {
    Play play(scenes()[std::get<0>(GetParam())], s3_forms()[std::get<1>(GetParam())]);
    FailingS3 service(play.world.service, n, call_faults()[std::get<2>(GetParam())]);
    {
      aws::S3ObjectStore objects = play.world.new_store(service);
      Gate faulty = gate_over(play.world.memory.gate(), objects, play.world.memory.records);
      play.world.work(faulty);
    }
    const std::string where = place(n, service.struck());
    play.world.calm_down();
    if (call_faults()[std::get<2>(GetParam())].status == kNotFound) play.release_again_if_refused();
    play.expect_the_end(where);
    return service.has_struck();
  }
};

TEST_P(EveryCallToS3, EndsWithTheFileWhereItBelongs) {
  int n = 1;
  while (n < kMostCalls && play(n) && !HasFailure()) ++n;
  const auto review = scenes()[std::get<0>(GetParam())].review;
  const int least = review == ReviewAction::kReject ? 0 : review == ReviewAction::kRerun ? 1 : 3;
  EXPECT_GT(n, least) << "hardly any calls to S3";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Aws, EveryCallToS3,
                         testing::Combine(testing::Range<std::size_t>(0, scenes().size()),
                                          testing::Range<std::size_t>(0, s3_forms().size()),
                                          testing::Range<std::size_t>(0, call_faults().size())),
                         [](const auto& instance) {
                           return std::string(scenes()[std::get<0>(instance.param)].name) +
                                  s3_forms()[std::get<1>(instance.param)].name +
                                  call_faults()[std::get<2>(instance.param)].name;
                         });

}  // namespace
}  // namespace scalper
