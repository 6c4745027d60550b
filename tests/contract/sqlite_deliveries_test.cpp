#include "adapters/local/sqlite_deliveries.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/local/posix.h"
#include "adapters/local/sqlite_notices.h"
#include "adapters/local/webhook_file.h"
#include "contract/subject.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

class SqliteDeliveriesTest : public testing::Test {
 protected:
  void tell(const std::string& id, FileStatus status = FileStatus::kValid) {
    ASSERT_DONE(outbox_.publish({}, {id, final_record(id, "1", status, clock_.wall_now())}));
  }
  std::vector<std::string> due(const std::string& webhook, std::int64_t lane = 0, std::int64_t lanes = 1) {
    const auto found = deliveries_.due({}, webhook, lane, lanes, 100);
    EXPECT_DONE(found);
    std::vector<std::string> ids;
    for (const WebhookDelivery& one : *found) ids.push_back(one.id);
    return ids;
  }
  std::int64_t number_of(const std::string& webhook, const std::string& id) {
    const auto found = deliveries_.due({}, webhook, 0, 1, 100);
    EXPECT_DONE(found);
    for (const WebhookDelivery& one : *found)
      if (one.id == id) return one.number;
    return -1;
  }
  using Ids = std::vector<std::string>;

  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = SqliteDatabase::open(folder_.path() / "gate.db", clock_).value();
  SqliteNotices outbox_{*database_};
  SqliteDeliveries deliveries_{*database_};
  Webhook all_{.id = "a",
               .url = {},
               .events = {},
               .allow_http = false,
               .made_at = {},
               .secret = {},
               .old_secret = {},
               .old_until = {}};
};

TEST_F(SqliteDeliveriesTest, BeginWithWhatIsToldFromNowOnAndWhatIsWanted) {
  tell("before");
  ASSERT_DONE(deliveries_.begin({}, "a"));
  ASSERT_DONE(deliveries_.begin({}, "b"));
  tell("good");
  tell("bad", FileStatus::kInvalid);
  ASSERT_DONE(deliveries_.begin({}, "a"));  // again, as every start does
  Webhook picky = all_;
  picky.id = "b";
  picky.events = {FileStatus::kInvalid};
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(deliveries_.spread({}, all_, 100).value(), false);
    EXPECT_EQ(deliveries_.spread({}, picky, 100).value(), false);
    EXPECT_EQ(due("a"), (Ids{"good", "bad"}));
    EXPECT_EQ(due("b"), (Ids{"bad"}));
  }
  EXPECT_EQ(due("nobody"), Ids{});
}

TEST_F(SqliteDeliveriesTest, SpreadInPagesAndShareBetweenLanes) {
  ASSERT_DONE(deliveries_.begin({}, "a"));
  for (const char* id : {"1", "2", "3", "4", "5"}) tell(id);
  EXPECT_EQ(deliveries_.spread({}, all_, 2).value(), true);
  EXPECT_EQ(due("a").size(), 2U);
  EXPECT_EQ(deliveries_.spread({}, all_, 2).value(), true);
  EXPECT_EQ(deliveries_.spread({}, all_, 2).value(), false);
  Ids shared = due("a", 0, 2);
  for (const std::string& id : due("a", 1, 2)) shared.push_back(id);
  std::sort(shared.begin(), shared.end());
  EXPECT_EQ(shared, (Ids{"1", "2", "3", "4", "5"}));
}

TEST_F(SqliteDeliveriesTest, ForgetWhatArrivedAndPutOffWhatDidNot) {
  ASSERT_DONE(deliveries_.begin({}, "a"));
  tell("1");
  tell("2");
  ASSERT_DONE(deliveries_.spread({}, all_, 100));
  ASSERT_DONE(deliveries_.failed({}, "a", number_of("a", "2"), clock_.wall_now() + Millis{5000}, "answered 500"));
  EXPECT_EQ(deliveries_.state({}, "a")->why, "answered 500");
  ASSERT_DONE(deliveries_.delivered({}, "a", number_of("a", "1")));
  EXPECT_EQ(due("a"), Ids{});
  auto state = deliveries_.state({}, "a");
  EXPECT_EQ(state->waiting, 1);
  EXPECT_EQ(state->why, "");
  EXPECT_EQ(state->delivered_at, clock_.wall_now());
  clock_.advance(Millis{5000});
  EXPECT_EQ(due("a"), (Ids{"2"}));
  EXPECT_EQ(deliveries_.due({}, "a", 0, 1, 1)->front().attempts, 1);
}

TEST_F(SqliteDeliveriesTest, DeadLettersAreShownAndTriedAgainByHand) {
  ASSERT_DONE(deliveries_.begin({}, "a"));
  tell("1");
  tell("2");
  ASSERT_DONE(deliveries_.spread({}, all_, 100));
  ASSERT_DONE(deliveries_.failed({}, "a", number_of("a", "1"), std::nullopt, "no connection"));
  EXPECT_EQ(due("a"), (Ids{"2"}));
  const auto state = deliveries_.state({}, "a");
  ASSERT_EQ(state->dead_ones.size(), 1U);
  EXPECT_EQ(state->dead_ones[0].id, "1");
  EXPECT_EQ(state->dead_ones[0].why, "no connection");
  EXPECT_EQ(state->dead, 1);
  EXPECT_EQ(deliveries_.redeliver({}, "a", "").value(), 1U) << "what was not tried yet needs no second try";
  EXPECT_EQ(due("a").size(), 2U);
  ASSERT_DONE(deliveries_.delivered({}, "a", number_of("a", "2")));
  EXPECT_EQ(deliveries_.redeliver({}, "a", "2").value(), 1U) << "also what has arrived";
  EXPECT_EQ(due("a").size(), 2U);
  EXPECT_CODE(kNotFound, deliveries_.redeliver({}, "a", "nobody"));
}

TEST_F(SqliteDeliveriesTest, ADisabledOneIsAskedForNothingUntilItIsTriedByHand) {
  ASSERT_DONE(deliveries_.begin({}, "a"));
  tell("1");
  ASSERT_DONE(deliveries_.spread({}, all_, 100));
  ASSERT_DONE(deliveries_.disable({}, "a", "answered 410"));
  EXPECT_EQ(due("a"), Ids{});
  EXPECT_EQ(deliveries_.state({}, "a")->disabled_at, clock_.wall_now());
  ASSERT_DONE(deliveries_.redeliver({}, "a", ""));
  EXPECT_EQ(due("a"), (Ids{"1"}));
  EXPECT_FALSE(deliveries_.state({}, "a")->disabled_at);
}

TEST_F(SqliteDeliveriesTest, AreGoneWithTheirWebhookAndTheirNotice) {
  ASSERT_DONE(deliveries_.begin({}, "a"));
  ASSERT_DONE(deliveries_.begin({}, "b"));
  tell("1");
  Webhook other = all_;
  other.id = "b";
  ASSERT_DONE(deliveries_.spread({}, all_, 100));
  ASSERT_DONE(deliveries_.spread({}, other, 100));
  ASSERT_DONE(deliveries_.remove({}, "a"));
  EXPECT_EQ(due("a"), Ids{});
  EXPECT_EQ(due("b"), (Ids{"1"}));
  ASSERT_DONE(outbox_.forget({}, clock_.wall_now() + Millis{1}, 10));
  ASSERT_DONE(deliveries_.forget({}));
  EXPECT_EQ(deliveries_.state({}, "b")->waiting, 0);
}

class WebhookFileTest : public testing::Test {
 protected:
  std::filesystem::path path() { return folder_.path() / kWebhookFile; }
  void put(const std::string& text) {
    std::ofstream(path()) << text;
    std::filesystem::permissions(path(), std::filesystem::perms(0600));
  }
  TempDir folder_;
  Fd opened_{::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  WebhookFile file_{opened_.get()};
};

TEST_F(WebhookFileTest, KeepsThemForTheirOwnerAlone) {
  EXPECT_TRUE(file_.read()->empty());
  const std::vector<Webhook> webhooks{{"wh_1",
                                       "https://a/",
                                       {FileStatus::kValid, FileStatus::kRejected},
                                       true,
                                       WallTime{Millis{7}},
                                       "whsec_A",
                                       "whsec_B",
                                       WallTime{Millis{9}}},
                                      {"wh_2", "https://b/", {}, false, WallTime{Millis{8}}, "whsec_C", "", {}}};
  ASSERT_DONE(file_.write(webhooks));
  ASSERT_DONE(file_.write(webhooks));
  EXPECT_EQ(*file_.read(), webhooks);
  EXPECT_EQ(std::filesystem::status(path()).permissions(), std::filesystem::perms(0600));
  std::filesystem::permissions(path(), std::filesystem::perms(0640));
  EXPECT_CODE(kPermissionDenied, file_.read());
}

TEST_F(WebhookFileTest, GuessesNothing) {
  const std::string one = R"({"id":"a","url":"https://a/","secret":"s"})";
  put(R"({"webhooks":[)" + one + "]}");
  EXPECT_EQ(file_.read()->size(), 1U);
  std::string many = one;
  for (char c = 'b'; c < 's'; ++c) many += R"(,{"id":")" + std::string(1, c) + R"(","url":"https://a/","secret":"s"})";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), R"({"webhooks":[)" + one + "," + one + "]}",
        R"({"webhooks":[)" + many + "]}", std::string(R"({"webhooks":[{"id":"a","url":"https://a/"}]})"),
        std::string(R"({"webhooks":[{"id":"a","url":1,"secret":"s"}]})"),
        std::string(R"({"webhooks":[{"id":"a","url":"u","secret":"s","events":["lost"]}]})"),
        std::string(R"({"webhooks":[{"id":"a","url":"u","secret":"s","allow_http":"yes"}]})"),
        std::string(300000, '[')}) {
    put(text);
    EXPECT_CODE(kCorrupt, file_.read()) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace scalper
