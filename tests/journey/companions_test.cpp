// Files whose contract asks for a checksum file, and the checksum files, over the memory adapters.

#include "support/companions.h"

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"

namespace scalper::tests {
namespace {

const std::string kGood = "plain text\n";
const std::string kSidecar = sha256_line(kGood, "a.txt");
const std::string kWrong = sha256_line("other text\n", "a.txt");

class CompanionJourney : public testing::TestWithParam<bool> {
 protected:
  CompanionJourney() : world({.copy_consumes_source = GetParam(), .immutable_versions = !GetParam()}) {
    use("require: sha256, from: sidecar");
  }

  void use(const std::string& integrity) {
    ASSERT_TRUE(world.contract_source.publish(world.context(), orders_contract("in/", integrity)).ok());
  }
  ObjectEvent send(const std::string& key, const std::string& bytes) {
    const ObjectEvent event = world.upload(key, bytes);
    world.announce(event);
    return event;
  }
  // Works until nothing is visible, without letting time pass.
  void work_now() {
    Gate gate = world.gate();
    for (int round = 0; round < 100; ++round) {
      const auto deliveries = world.queue.receive(world.context(), 4, world.settings.visibility, Millis{0});
      ASSERT_TRUE(deliveries.ok());
      if (deliveries->empty()) return;
      process_batch(gate, world.context(), *deliveries);
    }
  }
  FileRecord review(const ObjectEvent& event, ReviewAction action) {
    Gate gate = world.gate();
    EXPECT_TRUE(accept_review(gate, world.context(), {file_id(event.ref), action, "op", "because", {}}).ok());
    world.run_until_idle();
    return *world.record(event);
  }

  // "status place codes" of a file: "valid output", "unverifiable quarantine checksum.missing" ...
  std::string end_of(const ObjectEvent& event) {
    const auto record = world.record(event);
    if (!record) return "none";
    std::string text(to_string(record->status));
    if (has_published_target(*record)) text += " " + record->target->bucket.value();
    if (record->decision)
      for (const Finding& finding : record->decision->verdict.findings) text += " " + finding.code;
    return text;
  }
  // Nothing is left in input, and each file is in one place only.
  void expect_at_rest(std::size_t output, std::size_t quarantine) {
    EXPECT_EQ(world.versions(world.settings.input).size(), 0U);
    EXPECT_EQ(world.versions(world.settings.output).size(), output);
    EXPECT_EQ(world.versions(world.settings.quarantine).size(), quarantine);
    Gate gate = world.gate();
    const auto swept = sweep(gate, world.context());
    ASSERT_TRUE(swept.ok());
    EXPECT_EQ(swept->findings(), 0U);
  }

  MemoryGate world;
};

TEST_P(CompanionJourney, ASidecarThatIsThereFirstIsUsedAtOnce) {
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  work_now();
  EXPECT_EQ(end_of(sidecar), "received");
  const auto file = send("in/a.txt", kGood);
  work_now();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(sidecar), "companion output");
  EXPECT_EQ(world.bytes(world.settings.output, "in/a.txt.sha256"), kSidecar);
  const auto record = world.record(file);
  ASSERT_EQ(record->decision->companions.size(), 1U);
  EXPECT_EQ(record->decision->companions[0].ref, sidecar.ref);
  EXPECT_EQ(record->decision->companions[0].sha256, to_hex(sha256(as_bytes(kSidecar))));
  EXPECT_EQ(record->decision->verdict.contract.name, "orders");
  expect_at_rest(2, 0);
}

TEST_P(CompanionJourney, AFileWaitsForItsSidecarAndIsLookedAtAsSoonAsThatComes) {
  const auto file = send("in/a.txt", kGood);
  work_now();
  EXPECT_EQ(end_of(file), "received");
  EXPECT_EQ(world.record(file)->attempt, 0U);  // waiting is no try
  world.clock.advance(std::chrono::minutes{4});
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  work_now();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(sidecar), "companion output");
  world.run_until_idle();
  expect_at_rest(2, 0);
}

TEST_P(CompanionJourney, AFileWhoseSidecarNeverComesIsUnverifiableAfterItsWait) {
  const auto file = send("in/a.txt", kGood);
  work_now();
  world.clock.advance(std::chrono::minutes{5} - Millis{10});
  work_now();
  EXPECT_EQ(end_of(file), "received");
  world.clock.advance(Millis{10});
  work_now();
  EXPECT_EQ(end_of(file), "unverifiable quarantine checksum.missing");
  expect_at_rest(0, 1);
}

TEST_P(CompanionJourney, AWrongSidecarGoesToQuarantineWithItsFile) {
  const auto file = send("in/a.txt", kGood);
  const auto sidecar = send("in/a.txt.sha256", kWrong);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "invalid quarantine checksum.mismatch");
  EXPECT_EQ(end_of(sidecar), "companion quarantine");
  expect_at_rest(0, 2);
}

TEST_P(CompanionJourney, ASidecarWhoseFileNeverComesIsAnOrphanAfterTheWait) {
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  work_now();
  world.clock.advance(std::chrono::minutes{5} - Millis{10});
  work_now();
  EXPECT_EQ(end_of(sidecar), "received");
  world.clock.advance(Millis{10});
  work_now();
  EXPECT_EQ(end_of(sidecar), "unverifiable quarantine checksum.orphan");
  expect_at_rest(0, 1);
}

TEST_P(CompanionJourney, ASidecarThatCannotBeReadIsNeverUsedAndGivesWayToABetterOne) {
  const auto file = send("in/a.txt", kGood);
  const auto broken = send("in/a.txt.sha256", "soon\n");
  work_now();
  EXPECT_EQ(end_of(file), "received");
  EXPECT_EQ(end_of(broken), "unverifiable quarantine checksum.sidecar_malformed");
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  work_now();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(sidecar), "companion output");
  world.run_until_idle();
  expect_at_rest(2, 1);
}

TEST_P(CompanionJourney, HostileCompanionsAreNoCompanions) {
  std::string endless;
  for (int i = 0; i < 100'000; ++i) endless += sha256_line("", "b/" + std::to_string(i));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {endless, "limit.checksum_file"},
      {std::string(3'000'000, 'x'), "limit.checksum_file"},
      {std::string("\x89PNG\r\n\x1A\n\0\0", 10), "checksum.sidecar_malformed"},
      {sha256_line(kGood, "../../etc/passwd"), "checksum.sidecar_malformed"},
      {"", "checksum.sidecar_malformed"},
  };
  use("require: sha256, from: manifest");
  for (const auto& [bytes, code] : cases) {
    const auto manifest = send("in/SHA256SUMS", bytes);
    work_now();
    EXPECT_EQ(end_of(manifest), "unverifiable quarantine " + code);
  }
  world.run_until_idle();
  expect_at_rest(0, cases.size());
}

TEST_P(CompanionJourney, AFileDoesNotUseACompanionThatCannotBeRead) {
  const auto sidecar = world.upload("in/a.txt.sha256", kSidecar + "rubbish\n");  // its own event comes late
  const auto file = send("in/a.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "unverifiable quarantine checksum.sidecar_malformed checksum.missing");
  world.announce(sidecar);
  world.run_until_idle();
  EXPECT_EQ(end_of(sidecar), "unverifiable quarantine checksum.sidecar_malformed");
}

TEST_P(CompanionJourney, TwiceWithEqualBytesBothWereUsed) {
  if (GetParam()) GTEST_SKIP() << "the local inbox holds one version of a key at a time";
  const auto first = send("in/a.txt.sha256", kSidecar);
  const auto second = send("in/a.txt.sha256", kSidecar);
  const auto file = send("in/a.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(first), "companion output");
  EXPECT_EQ(end_of(second), "companion output");
  expect_at_rest(3, 0);
}

TEST_P(CompanionJourney, OfTwoThatDifferTheNewestCounts) {
  if (GetParam()) GTEST_SKIP() << "the local inbox holds one version of a key at a time";
  const auto first = send("in/a.txt.sha256", kWrong);
  const auto second = send("in/a.txt.sha256", kSidecar);
  const auto file = send("in/a.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(first), "unverifiable quarantine checksum.orphan");
  EXPECT_EQ(end_of(second), "companion output");
}

TEST_P(CompanionJourney, TheSameFileAndSidecarSentAgainAreJudgedAgain) {
  for (int day = 0; day < 3; ++day) {
    const auto sidecar = send("in/a.txt.sha256", kSidecar);
    work_now();
    EXPECT_EQ(end_of(sidecar), "received") << "day " << day;  // not that of yesterday's file
    const auto file = send("in/a.txt", kGood);
    work_now();
    EXPECT_EQ(end_of(file), "valid output");
    EXPECT_EQ(end_of(sidecar), "companion output");
    world.clock.advance(std::chrono::hours{24});
  }
  EXPECT_EQ(world.versions(world.settings.input).size(), 0U);
}

TEST_P(CompanionJourney, AManifestMovesWithTheLastFileThatItNames) {
  use("require: sha256, from: manifest");
  const auto manifest =
      send("in/SHA256SUMS", sha256_line("1\n", "1.txt") + sha256_line("2\n", "b/2.txt") + sha256_line("3\n", "3.txt"));
  std::vector<ObjectEvent> files;
  for (const auto& [key, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"in/1.txt", "1\n"}, {"in/b/2.txt", "2\n"}, {"in/3.txt", "wrong\n"}}) {
    work_now();
    EXPECT_EQ(end_of(manifest), "received");
    files.push_back(send(key, bytes));
  }
  work_now();
  EXPECT_EQ(end_of(files[0]), "valid output");
  EXPECT_EQ(end_of(files[1]), "valid output");
  EXPECT_EQ(end_of(files[2]), "invalid quarantine checksum.mismatch");
  EXPECT_EQ(end_of(manifest), "companion output");
  expect_at_rest(3, 1);
}

TEST_P(CompanionJourney, AManifestThatComesLastWakesAllThatWait) {
  use("require: sha256, from: manifest");
  std::string lines;
  std::vector<ObjectEvent> files;
  for (int i = 0; i < 40; ++i) {
    const std::string bytes = std::to_string(i) + "\n";
    lines += sha256_line(bytes, std::to_string(i) + ".txt");
    files.push_back(send("in/" + std::to_string(i) + ".txt", bytes));
  }
  work_now();
  EXPECT_EQ(world.versions(world.settings.output).size(), 0U);
  const auto manifest = send("in/SHA256SUMS", lines);
  work_now();
  for (const ObjectEvent& file : files) EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(manifest), "companion output");
  world.run_until_idle();
  expect_at_rest(41, 0);
}

TEST_P(CompanionJourney, AManifestIsNotLookedAtForEachOfItsFiles) {
  use("require: sha256, from: manifest");
  constexpr int kFiles = 200;
  std::string lines;
  for (int i = 0; i < kFiles; ++i) lines += sha256_line(std::to_string(i), std::to_string(i));
  const auto manifest = send("in/SHA256SUMS", lines);
  work_now();
  int looks = 0;
  for (int i = 0; i < kFiles; ++i) {
    const auto before = world.record(manifest)->revision;
    send("in/" + std::to_string(i), std::to_string(i));
    work_now();
    looks += world.record(manifest)->revision != before ? 1 : 0;
  }
  EXPECT_EQ(end_of(manifest), "companion output");
  EXPECT_LT(looks, 30);  // about ln 200
  EXPECT_GT(looks, 0);
}

TEST_P(CompanionJourney, AManifestOfFilesThatNeverComeGoesWithThoseThatCame) {
  use("require: sha256, from: manifest");
  const auto manifest = send("in/SHA256SUMS", sha256_line(kGood, "a.txt") + sha256_line("2\n", "never.txt"));
  const auto file = send("in/a.txt", kGood);
  work_now();
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(manifest), "received");
  world.run_until_idle();
  EXPECT_EQ(end_of(manifest), "companion output");
  expect_at_rest(2, 0);
}

TEST_P(CompanionJourney, NamesThatNoContractAsksAboutAreOrdinaryFiles) {
  const auto other = send("elsewhere/a.txt.sha256", kSidecar);
  const auto kind = send("in/a.txt.md5", "d41d8cd98f00b204e9800998ecf8427e\n");
  const auto manifest = send("in/SHA256SUMS", kSidecar);
  world.run_until_idle();
  EXPECT_EQ(world.record(other)->companion, std::nullopt);
  EXPECT_EQ(world.record(kind)->companion, std::nullopt);
  EXPECT_EQ(world.record(manifest)->companion, std::nullopt);
  EXPECT_NE(world.record(other)->status, FileStatus::kCompanion);
}

TEST_P(CompanionJourney, AContractThatOnlyUsesCompanionsWaitsForNone) {
  use("from: sidecar");
  const auto file = send("in/a.txt", kGood);
  work_now();
  EXPECT_EQ(end_of(file), "valid output");
  send("in/b.txt.md5", "d41d8cd98f00b204e9800998ecf8427e\n");
  const auto wrong = send("in/b.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(wrong), "invalid quarantine checksum.mismatch");
}

TEST_P(CompanionJourney, MetadataIsReadInHexadecimalAndBase64) {
  use("require: sha256, from: metadata");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {to_hex(sha256(as_bytes(kGood))), "valid output"},
      {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "invalid quarantine checksum.mismatch"},
      {"soon", "unverifiable quarantine checksum.metadata_malformed checksum.missing"},
  };
  for (const auto& [value, want] : cases) {
    const auto file = world.upload("in/a.txt", kGood, {{"sha256", value}});
    world.announce(file);
    world.run_until_idle();
    EXPECT_EQ(end_of(file), want);
  }
}

TEST_P(CompanionJourney, ARerunUsesTheSidecarThatTheFileHad) {
  const auto file = send("in/a.txt", kGood);
  const auto sidecar = send("in/a.txt.sha256", kWrong);
  world.run_until_idle();
  const FileRecord again = review(file, ReviewAction::kRerun);
  EXPECT_EQ(end_of(file), "invalid quarantine checksum.mismatch");
  ASSERT_EQ(again.decision->companions.size(), 1U);
  EXPECT_EQ(again.decision->companions[0].ref, sidecar.ref);
  EXPECT_EQ(review(file, ReviewAction::kRelease).status, FileStatus::kReleased);
  EXPECT_EQ(world.bytes(world.settings.output, "in/a.txt"), kGood);
  EXPECT_EQ(world.record(file)->decision->companions, again.decision->companions);  // still that of the verdict
  EXPECT_EQ(end_of(sidecar), "companion quarantine");
}

TEST_P(CompanionJourney, ARerunFindsTheSidecarThatCameTooLate) {
  const auto file = send("in/a.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "unverifiable quarantine checksum.missing");
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  world.run_until_idle();
  EXPECT_EQ(end_of(sidecar), "unverifiable quarantine checksum.orphan");
  EXPECT_EQ(review(file, ReviewAction::kRerun).status, FileStatus::kValid);
  EXPECT_EQ(world.bytes(world.settings.output, "in/a.txt"), kGood);
  EXPECT_EQ(review(sidecar, ReviewAction::kRerun).status, FileStatus::kCompanion);
  EXPECT_EQ(world.bytes(world.settings.output, "in/a.txt.sha256"), kSidecar);
  expect_at_rest(2, 0);
}

TEST_P(CompanionJourney, ARerunPrefersACorrectedSidecarToTheOneThatWasUsed) {
  const auto file = send("in/a.txt", kGood);
  send("in/a.txt.sha256", kWrong);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "invalid quarantine checksum.mismatch");
  send("in/a.txt.sha256", kSidecar);
  EXPECT_EQ(review(file, ReviewAction::kRerun).status, FileStatus::kValid);
}

TEST_P(CompanionJourney, AnOrphanCanBeReleasedAndRejected) {
  const auto first = send("in/a.txt.sha256", kSidecar);
  const auto second = send("in/b.txt.sha256", sha256_line(kGood, "b.txt"));
  world.run_until_idle();
  EXPECT_EQ(review(first, ReviewAction::kRelease).status, FileStatus::kReleased);
  EXPECT_EQ(review(second, ReviewAction::kReject).status, FileStatus::kRejected);
  expect_at_rest(1, 1);
}

TEST_P(CompanionJourney, ASidecarThatWasTakenBackIsMissing) {
  const auto sidecar = send("in/a.txt.sha256", kSidecar);
  work_now();
  ASSERT_TRUE(world.objects.remove_version(world.context(), sidecar.ref, Seal{}).ok());
  const auto file = send("in/a.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(end_of(file), "unverifiable quarantine checksum.missing");
  EXPECT_EQ(end_of(sidecar), "vanished");
}

TEST_P(CompanionJourney, LostMessagesAreMadeUpForByTheWaitAndTheSweep) {
  const auto file = world.upload("in/a.txt", kGood);
  const auto sidecar = world.upload("in/a.txt.sha256", kSidecar);
  Gate gate = world.gate();
  for (int round = 0; round < 6; ++round) {
    ASSERT_TRUE(sweep(gate, world.context()).ok());
    world.run_until_idle();
    world.clock.advance(std::chrono::minutes{20});
  }
  EXPECT_EQ(end_of(file), "valid output");
  EXPECT_EQ(end_of(sidecar), "companion output");
  expect_at_rest(2, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, CompanionJourney, testing::Bool(),
                         [](const auto& instance) { return std::string(instance.param ? "LocalForm" : "S3Form"); });

}  // namespace
}  // namespace scalper::tests
