// A file that was ordered with a SHA-256 is held to it, whatever its contract says of checksums.

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "ports/upload_targets.h"
#include "support/memory_gate.h"

namespace scalper {
namespace {

struct OrderedChecksum : testing::Test {
  MemoryGate memory;

  FileRecord arrived(const std::string& bytes, const std::string& ordered) {
    const ObjectEvent event = memory.upload("a.txt", bytes, {{kOrderedSha256, ordered}});
    memory.announce(event);
    memory.run_until_idle();
    return memory.record(event).value();
  }
};

TEST_F(OrderedChecksum, LetsTheRightBytesPass) {
  const FileRecord record = arrived("good\n", to_hex(sha256(as_bytes("good\n"))));
  EXPECT_EQ(record.status, FileStatus::kValid);
}

TEST_F(OrderedChecksum, MakesOtherBytesInvalid) {
  const FileRecord record = arrived("other\n", to_hex(sha256(as_bytes("good\n"))));
  EXPECT_EQ(record.status, FileStatus::kInvalid);
  ASSERT_TRUE(record.decision);
  EXPECT_EQ(record.decision->verdict.findings.at(0).code, "checksum.mismatch");
  EXPECT_EQ(memory.bytes(memory.settings.output, "a.txt"), std::nullopt);
}

TEST_F(OrderedChecksum, TakesNoRubbishForAChecksum) {
  EXPECT_EQ(arrived("good\n", "none").status, FileStatus::kInvalid);
}

}  // namespace
}  // namespace scalper
