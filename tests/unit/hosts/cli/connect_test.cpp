#include "hosts/cli/connect.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/fake_clock.h"
#include "support/scripted_aws_client.h"

namespace scalper::cli {
namespace {

constexpr const char* kVersioned = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
constexpr const char* kOff =
    "<NotificationConfiguration><QueueConfiguration><Id>a</Id></QueueConfiguration></NotificationConfiguration>";
constexpr const char* kOn =
    "<NotificationConfiguration><QueueConfiguration><Id>a</Id></QueueConfiguration><EventBridgeConfiguration/>"
    "</NotificationConfiguration>";

struct Connect : testing::Test {
  aws::ScriptedAwsClient client;
  FakeClock clock;
  std::ostringstream out;
  std::ostringstream err;
  bool says_yes = true;
  bool only_show = false;

  int run(const std::vector<std::string>& answers) {
    for (const std::string& answer : answers) client.answer(answer);
    Terminal terminal({out, err, false, false});
    return connect_bucket(client, clock, {"partner", only_show, [this] { return says_yes; }}, terminal);
  }
  [[nodiscard]] std::size_t writes() const {
    std::size_t count = 0;
    for (const auto& request : client.asked) count += request.method == "PUT" ? 1 : 0;
    return count;
  }
};

TEST_F(Connect, ShowsWritesAndReadsBack) {
  EXPECT_EQ(run({kVersioned, kOff, kOff, "", kOn}), 0) << err.str();
  EXPECT_EQ(writes(), 1U);
  EXPECT_EQ(client.asked[3].body, kOn);
  EXPECT_NE(out.str().find("\n      <Id>a</Id>\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("\n+   <EventBridgeConfiguration/>\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find(R"("name":["partner"])"), std::string::npos) << out.str();
}

TEST_F(Connect, WritesNothingWithoutAYes) {
  says_yes = false;
  EXPECT_EQ(run({kVersioned, kOff}), 77);
  EXPECT_EQ(writes(), 0U);
}

TEST_F(Connect, OnlyShows) {
  only_show = true;
  EXPECT_EQ(run({kVersioned, kOff}), 0);
  EXPECT_NE(out.str().find("+ "), std::string::npos);
}

TEST_F(Connect, LeavesWhatIsOnAlone) {
  EXPECT_EQ(run({kVersioned, kOn}), 0);
  EXPECT_NE(out.str().find("already"), std::string::npos);
}

TEST_F(Connect, RefusesABucketWithoutVersions) {
  EXPECT_EQ(run({"<VersioningConfiguration/>"}), 64);
  EXPECT_NE(err.str().find("put-bucket-versioning"), std::string::npos) << err.str();
}

TEST_F(Connect, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(run({kVersioned, "<Other/>"}), 64);
  EXPECT_NE(err.str().find("left alone"), std::string::npos) << err.str();
}

TEST_F(Connect, WritesOverNobodyElse) {
  EXPECT_EQ(run({kVersioned, kOff, "<NotificationConfiguration/>"}), 69);
  EXPECT_EQ(writes(), 0U);
  EXPECT_NE(err.str().find("meanwhile"), std::string::npos) << err.str();
}

TEST_F(Connect, ShowsWhatStoodBeforeWhenItIsNotKept) {
  EXPECT_EQ(run({kVersioned, kOff, kOff, "",
                 "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"}),
            70);
  EXPECT_NE(err.str().find("<Id>a</Id>"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace scalper::cli
