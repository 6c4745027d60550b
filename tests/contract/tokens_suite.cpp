#include "contract/tokens_suite.h"

#include <atomic>

namespace scalper {

using Names = std::vector<std::string>;

TEST_P(TokensContract, FindsWhatWasAddedInEveryMember) {
  AccessToken plain = token(1);
  AccessToken full = token(2);
  full.name = "Ä \"feed\" \\ of the <partner>";
  full.role = Role::kUploader;
  full.prefixes = {"orders/", "päckchen/%2F\\\""};
  full.expires = start + std::chrono::hours{24 * 400};
  full.revoked = start + Millis{5};
  for (const AccessToken& one : {plain, full}) {
    ASSERT_DONE(tokens->add(context, one));
    const auto found = tokens->find(context, one.hash);
    ASSERT_DONE(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ(**found, one);
  }
}

TEST_P(TokensContract, FindsNothingElse) {
  ASSERT_DONE(tokens->add(context, token(1)));
  std::string upper = token(1).hash;
  for (char& c : upper)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  for (const std::string& hash : {token(2).hash, upper, token(1).hash.substr(0, 63), token(1).hash + "0", std::string(),
                                  std::string("%"), std::string("' OR 1=1 --"), std::string(1, '\0')}) {
    const auto found = tokens->find(context, hash);
    ASSERT_DONE(found);
    EXPECT_FALSE(found->has_value()) << hash;
  }
}

TEST_P(TokensContract, ListsTheNewestFirst) {
  EXPECT_EQ(listed(), Names{});
  for (const int n : {3, 1, 2}) ASSERT_DONE(tokens->add(context, token(n)));
  EXPECT_EQ(listed(), (Names{"holder 3", "holder 2", "holder 1"}));
}

TEST_P(TokensContract, AddsEachOnce) {
  ASSERT_DONE(tokens->add(context, token(1)));
  AccessToken again = token(1);
  again.name = "another";
  again.role = Role::kOperator;
  EXPECT_CODE(kAlreadyExists, tokens->add(context, again));
  EXPECT_EQ(listed(), Names{"holder 1"});
  EXPECT_EQ(**tokens->find(context, again.hash), token(1));
}

TEST_P(TokensContract, RefusesTokensThatStandForNothing) {
  std::vector<AccessToken> wrong(8, token(1));
  wrong[0].hash = "no hash";
  wrong[1].name = "";
  wrong[2].name = std::string(kMaxTokenName + 1, 'n');
  wrong[3].name = "a\nb";
  wrong[4].role = Role::kNone;
  wrong[5].prefixes = {"only/for/uploaders/"};
  wrong[6].role = Role::kUploader;
  wrong[6].prefixes = {""};
  wrong[7].role = Role::kUploader;
  wrong[7].prefixes = std::vector<std::string>(kMaxTokenPrefixes + 1, "a/");
  for (const AccessToken& one : wrong) EXPECT_CODE(kInvalidArgument, tokens->add(context, one));
  EXPECT_EQ(listed(), Names{});
}

TEST_P(TokensContract, RevokesOnceAndForAll) {
  ASSERT_DONE(tokens->add(context, token(1)));
  ASSERT_DONE(tokens->add(context, token(2)));
  ASSERT_DONE(tokens->revoke(context, token(1).hash, start + Millis{10}));
  AccessToken expected = token(1);
  expected.revoked = start + Millis{10};
  EXPECT_EQ(**tokens->find(context, expected.hash), expected);
  ASSERT_DONE(tokens->revoke(context, token(1).hash, start + Millis{20}));
  EXPECT_EQ(**tokens->find(context, expected.hash), expected) << "the first word counts";
  EXPECT_EQ(**tokens->find(context, token(2).hash), token(2));
  EXPECT_EQ(listed(), (Names{"holder 2", "holder 1"})) << "it is remembered";
  EXPECT_CODE(kAlreadyExists, tokens->add(context, token(1)));
  for (const std::string& hash : {token(3).hash, std::string("x"), std::string()})
    EXPECT_CODE(kNotFound, tokens->revoke(context, hash, start));
}

TEST_P(TokensContract, BeginsNothingWhenStoppedOrTooLate) {
  ASSERT_DONE(tokens->add(context, token(1)));
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  EXPECT_CODE(kCancelled, tokens->add(stopped, token(2)));
  EXPECT_CODE(kTimeout, tokens->add(late, token(2)));
  EXPECT_CODE(kCancelled, tokens->find(stopped, token(1).hash));
  EXPECT_CODE(kTimeout, tokens->list(late));
  EXPECT_CODE(kCancelled, tokens->revoke(stopped, token(1).hash, start));
  EXPECT_CODE(kTimeout, tokens->revoke(late, token(1).hash, start));
  EXPECT_EQ(**tokens->find(context, token(1).hash), token(1));
  EXPECT_EQ(listed(), Names{"holder 1"});
}

TEST_P(TokensContract, ThreadsAddOneOfAKindAndAllRevoke) {
  std::atomic<int> added{0};
  run_together(4, [&](int) {
    for (int n = 0; n < 10; ++n)
      if (tokens->add(context, token(n)).ok()) ++added;
  });
  EXPECT_EQ(added, 10);
  run_together(4, [&](int i) { EXPECT_DONE(tokens->revoke(context, token(1).hash, start + Millis{i})); });
  EXPECT_EQ(listed().size(), 10U);
  EXPECT_TRUE((*tokens->find(context, token(1).hash))->revoked.has_value());
}

}  // namespace scalper
