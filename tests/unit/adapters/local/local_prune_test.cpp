// What the store forgets of a key's versions, and what it must not.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {
namespace fs = std::filesystem;
namespace {

const CallContext kContext;
const BucketName kOutput{"output"};
const ObjectKey kKey{"hourly.csv"};

// Counts what is written, and every call.
class MeasuredPosix final : public ForwardingPosix {
 public:
  MeasuredPosix() : ForwardingPosix(system_posix()) {}
  std::int64_t write(int fd, Bytes bytes) override {
    written += bytes.size();
    return ForwardingPosix::write(fd, bytes);
  }
  std::uint64_t written = 0;
  std::uint64_t calls = 0;

 protected:
  int may_pass(const char* /*call*/) override {
    ++calls;
    return 0;
  }
};

class LocalPruneTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    ASSERT_TRUE(world.reopen());
    world.store().forget_where([this](const std::string& file_id) { return !unfinished.contains(file_id); });
  }
  CopyRequest request(const std::string& bytes) {
    world.drop("file", bytes);
    CopyRequest request;
    request.source = world.adopt("file");
    request.source_etag = ETag{request.source.version.value()};
    request.bucket = kOutput;
    request.key = kKey;
    request.metadata = {{kMetaId, "id of " + bytes}};
    return request;
  }
  VersionId publish(const std::string& bytes) {
    const auto answer = world.store().copy(kContext, request(bytes));
    EXPECT_DONE(answer) << bytes;
    return answer.ok() ? answer->version : VersionId{};
  }
  [[nodiscard]] fs::path path() const { return world.path("output") / kKey.value(); }
  void take() const { fs::remove(path()); }
  void publish_and_take(int times) {
    for (int i = 0; i < times; ++i) {
      publish("other " + std::to_string(++others));
      take();
    }
  }
  std::set<std::string> versions() {
    std::set<std::string> found;
    std::string cursor;
    do {
      const auto page = world.store().list_key_versions(kContext, kOutput, kKey, {}, 100, cursor);
      EXPECT_DONE(page);
      if (!page.ok()) break;
      for (const ObjectInfo& info : page->versions) found.insert(info.ref.version.value());
      cursor = page->next_cursor;
    } while (!cursor.empty());
    return found;
  }
  [[nodiscard]] std::uintmax_t size_of(const std::string& folder) const {
    std::uintmax_t size = 0;
    for (const auto& entry : fs::recursive_directory_iterator(world.path(folder)))
      if (entry.is_regular_file()) size += entry.file_size();
    return size;
  }

  MeasuredPosix measured;
  LocalWorld world{true, measured};
  std::set<std::string> unfinished;  // ids of records that are not at rest
  int others = 0;
};

TEST_F(LocalPruneTest, TenThousandPublicationsOfAKeyCostTheSameEach) {
  constexpr int kBlock = 1000;
  const auto cost_of_block = [&] {
    const auto written = measured.written;
    const auto calls = measured.calls;
    publish_and_take(kBlock);
    return std::pair{measured.written - written, measured.calls - calls};
  };
  const auto first = cost_of_block();
  for (int block = 2; block < 10; ++block) publish_and_take(kBlock);
  const auto last = cost_of_block();
  EXPECT_LT(last.first, first.first * 11 / 10) << "bytes that are written";
  EXPECT_LT(last.second, first.second * 11 / 10) << "calls";
  EXPECT_LT(size_of(".scalper/meta"), 8U << 10U);
  EXPECT_LT(size_of(".scalper/journal"), 10U << 20U);
  EXPECT_LE(versions().size(), 8U);
}

TEST_F(LocalPruneTest, KeepsWhatARecordThatIsNotAtRestLooksFor) {
  unfinished = {"id of first", "id of second"};
  const VersionId first = publish("first");
  take();
  publish_and_take(3);
  const VersionId second = publish("second");
  take();
  publish_and_take(500);
  EXPECT_TRUE(versions().contains(first.value()));
  open();
  publish_and_take(20);
  EXPECT_TRUE(versions().contains(first.value()));
  unfinished = {"id of second"};
  publish_and_take(20);
  EXPECT_FALSE(versions().contains(first.value())) << "its record is at rest now";
  EXPECT_TRUE(versions().contains(second.value()));
}

TEST_F(LocalPruneTest, ManyThatAreNeededDoNotMakeItDear) {
  constexpr int kRecords = 256;
  std::uint64_t asked = 0;
  world.store().forget_where([&](const std::string&) {
    ++asked;
    return false;
  });
  publish_and_take(kRecords);
  EXPECT_EQ(versions().size(), 1U * kRecords);
  EXPECT_LE(asked, 2U * kRecords);
}

// The consumer puts back what it took: it is ours as it was, and is replaced as such.
TEST_F(LocalPruneTest, KeepsTheVersionThatLiesAtItsPath) {
  const VersionId first = publish("first");
  fs::rename(path(), world.path("taken"));
  publish_and_take(7);
  fs::rename(world.path("taken"), path());
  const CopyRequest newer = request("newer");
  const auto upload = world.store().begin_replace(kContext, newer);
  ASSERT_DONE(upload);
  EXPECT_DONE(world.store().complete_replace(kContext, newer, *upload, ETag{first.value()}));
}

// The file was moved, and the call ended with an error: its next try must find that out.
TEST_F(LocalPruneTest, KeepsWhatTheLedgerStillKnows) {
  CopyRequest torn;
  bool torn_after_move = false;
  for (std::uint64_t n = 1; !torn_after_move; ++n) {
    ASSERT_LT(n, 40U);
    torn = request("torn at " + std::to_string(n));
    world.faulty.fail_at(n, -EIO);
    const bool answered = world.store().copy(kContext, torn).ok();
    torn_after_move = !answered && fs::exists(path());
    if (answered) take();
    world.faulty.disarm();
  }
  take();
  publish_and_take(40);
  EXPECT_TRUE(versions().contains(torn.source.version.value()));
  EXPECT_CODE(kNotFound, world.store().copy(kContext, torn)) << "it was published before";
}

TEST_F(LocalPruneTest, ForgetsNothingWhereNobodyCanTell) {
  world.store().forget_where(nullptr);
  publish_and_take(50);
  EXPECT_EQ(versions().size(), 50U);
}

}  // namespace
}  // namespace scalper
