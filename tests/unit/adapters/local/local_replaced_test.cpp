// .scalper/replaced: what goes from it, and what never does.

#include <chrono>

#include "support/local_store_fixture.h"

namespace scalper {
namespace {

class LocalReplacedTest : public LocalStoreFixture {
 protected:
  // A newer version of output/a displaces the older one; answers the name of that.
  std::string displace(const std::string& older, const std::string& newer) {
    stand("o" + older, older, kOutput, "a");
    return displace_there(newer, older);
  }
  std::string displace_there(const std::string& newer, const std::string& displaced) {
    const CopyRequest mine = request("n" + newer, newer, kOutput, "a");
    const auto current = store().head(kContext, {kOutput, ObjectKey{"a"}, VersionId{}});
    EXPECT_DONE(current);
    const auto upload = store().begin_replace(kContext, mine);
    EXPECT_DONE(upload);
    EXPECT_DONE(store().complete_replace(kContext, mine, *upload, current->etag));
    const auto copies = world.copies_of(displaced);
    EXPECT_EQ(copies.size(), 1U);
    return copies.empty() ? std::string() : copies[0];
  }
  // "<removed> <superseded> <strangers>" of what was displaced up to this moment.
  std::string empty(Millis earlier = Millis{0}) {
    store().forget_where([this](const std::string& id) { return at_rest_ && id == kId; });
    const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    const auto aside = store().empty_replaced(kContext, now + Millis{1000} - earlier);
    if (!aside.ok()) return aside.error().message();
    return std::to_string(aside->removed) + " " + std::to_string(aside->superseded) + " " +
           std::to_string(aside->strangers);
  }

  bool at_rest_ = true;
};

TEST_F(LocalReplacedTest, WhatWasDisplacedGoesAfterAWhile) {
  const std::string older = displace("older", "newer");
  EXPECT_TRUE(older.starts_with(".scalper/replaced/superseded." + std::string(kId) + ".")) << older;
  EXPECT_EQ(empty(std::chrono::hours{1}), "0 1 0");
  EXPECT_TRUE(is_there(older));
  EXPECT_EQ(empty(), "1 0 0");
  EXPECT_FALSE(is_there(older));
  EXPECT_EQ(*read(kOutput, "a"), "newer");
  EXPECT_EQ(empty(), "0 0 0") << "again is harmless";
}

TEST_F(LocalReplacedTest, NotWhileItsRecordIsInWork) {
  const std::string older = displace("older", "newer");
  at_rest_ = false;
  EXPECT_EQ(empty(), "0 1 0");
  at_rest_ = true;
  EXPECT_EQ(empty(), "1 0 0");
}

TEST_F(LocalReplacedTest, StrangersAndWhatTheyWroteToStayForEver) {
  put_file("output/a", "a stranger's");
  displace_there("mine", "a stranger's");
  const std::string changed = displace_there("newer", "mine");
  put_file(changed, "mine, and more");
  put_file(".scalper/replaced/superseded." + std::string(kId) + ".x.5.1", "a likeness");
  const std::string grown = displace_there("newest", "newer");
  std::ofstream(world.path("output/a"), std::ios::app) << ", edited by its consumer";
  displace_there("last", "newest, edited by its consumer");
  EXPECT_EQ(empty(), "1 0 4");
  EXPECT_FALSE(is_there(grown));
  EXPECT_TRUE(is_there(changed));
  EXPECT_EQ(world.copies_of("a stranger's").size(), 1U);
  EXPECT_EQ(world.copies_of("newest, edited by its consumer").size(), 1U);
}

TEST_F(LocalReplacedTest, OneThatCannotBeRemovedKeepsNoOther) {
  const std::string first = displace("one", "two");
  const std::string second = displace_there("three", "two");
  world.faulty.fail_at(3, -EACCES);  // the first of two removals
  EXPECT_EQ(empty(), "removing a file of .scalper/replaced: Permission denied");
  EXPECT_EQ(world.faulty.refused(), "unlink");
  world.faulty.disarm();
  EXPECT_EQ(is_there(first) + is_there(second), 1);
  EXPECT_EQ(empty(), "1 0 0");
}

TEST_F(LocalReplacedTest, IsCalledTheSameAfterACrashAnywhere) {
  std::size_t moved_by_recovery = 0;
  for (std::uint64_t n = 1;; ++n) {
    const std::string number = std::to_string(n);
    const std::string key = "k" + number;
    const std::string older = "older " + number;
    const CopyAnswer there = stand("o" + number, older, kOutput, key);
    const CopyRequest mine = request("n" + number, "newer " + number, kOutput, key);
    const auto upload = store().begin_replace(kContext, mine);
    ASSERT_DONE(upload);
    world.faulty.stop_at(n);
    (void)store().complete_replace(kContext, mine, *upload, there.etag);
    const bool stopped = !world.faulty.refused().empty();
    const bool waits = world.copies_of(older)[0].starts_with(".scalper/in/");
    world.faulty.disarm();
    ASSERT_TRUE(world.reopen());
    const auto copies = world.copies_of(older);
    ASSERT_EQ(copies.size(), 1U) << n;
    EXPECT_TRUE(copies[0] == "output/" + key || copies[0].starts_with(".scalper/replaced/superseded.")) << copies[0];
    if (waits && copies[0].starts_with(".scalper/replaced/")) ++moved_by_recovery;
    if (!stopped) break;
  }
  EXPECT_GE(moved_by_recovery, 1U);
}

}  // namespace
}  // namespace scalper
