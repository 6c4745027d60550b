#include "contract/contract_source_suite.h"

#include <map>

namespace scalper {
namespace {

using Files = std::map<std::string, std::string>;

std::string digest_of(char c) { return std::string(64, c); }

ContractSet set_of(const std::string& digest, const Files& files) {
  ContractSet set{digest, {}};
  for (const auto& [path, text] : files) set.files.push_back({path, text});
  return set;
}

Files files_of(const ContractSet& set) {
  Files files;
  for (const ContractFile& file : set.files) files[file.path] = file.text;
  EXPECT_EQ(files.size(), set.files.size()) << "no path twice";
  return files;
}

}  // namespace

std::string ContractSourceContract::current() {
  subject->pass(Millis{10000});
  const auto digest = source->current_digest(context);
  if (digest.failed_with(ErrorCode::kNotFound)) return {};
  EXPECT_DONE(digest);
  return digest.ok() ? *digest : std::string();
}

TEST_P(ContractSourceContract, HasNothingBeforeTheFirstPublish) {
  EXPECT_CODE(kNotFound, source->current_digest(context));
  EXPECT_CODE(kNotFound, source->load(context, digest_of('a')));
  EXPECT_CODE(kNotFound, source->load(context, ""));
  EXPECT_CODE(kNotFound, source->load(context, "../current"));
}

TEST_P(ContractSourceContract, LoadsWhatWasPublished) {
  const Files files{{"orders.yaml", "contract: orders\r\n"},
                    {"schemas/order.schema.json", "{\"type\":\"object\"}"},
                    {"schemas/deep/er/x.json", ""},
                    {"caf\xc3\xa9 & co.yaml", std::string("\xef\xbb\xbf"
                                                          "bytes\0\xff\n\n",
                                                          14)},
                    {"dots..in..name", std::string(100000, 'x')},
                    {".hidden", "h"}};
  ASSERT_DONE(source->publish(context, set_of(digest_of('a'), files)));
  EXPECT_EQ(current(), digest_of('a'));
  const auto loaded = source->load(context, digest_of('a'));
  ASSERT_DONE(loaded);
  EXPECT_EQ(loaded->digest, digest_of('a'));
  EXPECT_TRUE(files_of(*loaded) == files);
}

TEST_P(ContractSourceContract, SwitchesAndKeepsTheOldSetLoadable) {
  ASSERT_DONE(source->publish(context, set_of(digest_of('a'), {{"o.yaml", "one"}, {"gone.yaml", "x"}})));
  ASSERT_DONE(source->publish(context, set_of(digest_of('b'), {{"o.yaml", "two"}})));
  EXPECT_EQ(current(), digest_of('b'));
  const auto first = source->load(context, digest_of('a'));
  const auto second = source->load(context, digest_of('b'));
  ASSERT_DONE(first);
  ASSERT_DONE(second);
  EXPECT_EQ(files_of(*first), (Files{{"o.yaml", "one"}, {"gone.yaml", "x"}}));
  EXPECT_EQ(files_of(*second), (Files{{"o.yaml", "two"}})) << "nothing of the old set is left in the new one";
  ASSERT_DONE(source->publish(context, set_of(digest_of('a'), {{"o.yaml", "one"}, {"gone.yaml", "x"}})));
  EXPECT_EQ(current(), digest_of('a')) << "back again";
}

TEST_P(ContractSourceContract, PublishingTheSameSetAgainIsHarmless) {
  const ContractSet set = set_of(digest_of('a'), {{"o.yaml", "one"}});
  for (int i = 0; i < 3; ++i) {
    ASSERT_DONE(source->publish(context, set));
    EXPECT_EQ(current(), digest_of('a'));
  }
  const auto loaded = source->load(context, digest_of('a'));
  ASSERT_DONE(loaded);
  EXPECT_EQ(files_of(*loaded), (Files{{"o.yaml", "one"}}));
}

// Sets are immutable: a digest never means other files than before.
TEST_P(ContractSourceContract, RefusesOtherFilesUnderAStoredDigest) {
  ASSERT_DONE(source->publish(context, set_of(digest_of('a'), {{"o.yaml", "one"}})));
  ASSERT_DONE(source->publish(context, set_of(digest_of('b'), {{"o.yaml", "two"}})));
  EXPECT_CODE(kInvalidArgument, source->publish(context, set_of(digest_of('a'), {{"o.yaml", "changed"}})));
  EXPECT_CODE(kInvalidArgument, source->publish(context, set_of(digest_of('a'), {{"p.yaml", "one"}})));
  EXPECT_EQ(current(), digest_of('b'));
  const auto loaded = source->load(context, digest_of('a'));
  ASSERT_DONE(loaded);
  EXPECT_EQ(files_of(*loaded), (Files{{"o.yaml", "one"}}));
}

TEST_P(ContractSourceContract, RefusesPathsThatLeadElsewhere) {
  ASSERT_DONE(source->publish(context, set_of(digest_of('a'), {{"o.yaml", "one"}})));
  for (const std::string& path : {std::string(), std::string("/etc/passwd"), std::string("../up.yaml"),
                                  std::string("a/../../up"), std::string("a//b"), std::string("a/"), std::string("."),
                                  std::string(".."), std::string("a/./b"), std::string("nul\0x", 5)})
    EXPECT_CODE(kInvalidArgument, source->publish(context, set_of(digest_of('b'), {{"o.yaml", "two"}, {path, "x"}})))
        << escape_text(path);
  ContractSet doubled = set_of(digest_of('b'), {{"o.yaml", "two"}});
  doubled.files.push_back({"o.yaml", "three"});
  EXPECT_CODE(kInvalidArgument, source->publish(context, doubled));
  for (const std::string& digest : {std::string(), std::string("../x"), std::string("a/b"), std::string("current\n")})
    EXPECT_CODE(kInvalidArgument, source->publish(context, set_of(digest, {{"o.yaml", "two"}}))) << escape_text(digest);
  EXPECT_EQ(current(), digest_of('a'));
  EXPECT_CODE(kNotFound, source->load(context, digest_of('b')));
}

TEST_P(ContractSourceContract, BeginsNothingWhenStoppedOrTooLate) {
  const ContractSet set = set_of(digest_of('a'), {{"o.yaml", "one"}});
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  for (const auto& [c, code] : {std::pair{stopped, ErrorCode::kCancelled}, std::pair{late, ErrorCode::kTimeout}}) {
    EXPECT_TRUE(fails_with(code, source->publish(c, set)));
    EXPECT_TRUE(fails_with(code, source->current_digest(c)));
    EXPECT_TRUE(fails_with(code, source->load(c, digest_of('a'))));
  }
  EXPECT_CODE(kNotFound, source->current_digest(context));
}

TEST_P(ContractSourceContract, ThreadsPublishAndTheCurrentSetIsAlwaysWhole) {
  const auto set = [](int n) {
    const std::string text(1000, static_cast<char>('a' + n));
    return set_of(digest_of(static_cast<char>('a' + n)), {{"1.yaml", text}, {"2.yaml", text}});
  };
  ASSERT_DONE(source->publish(context, set(0)));
  run_together(4, [&](int i) {
    for (int n = 0; n < 10; ++n) {
      if (i < 2) {
        EXPECT_DONE(source->publish(context, set((i * 3 + n) % 5)));
        continue;
      }
      const auto digest = source->current_digest(context);
      ASSERT_DONE(digest);
      const auto loaded = source->load(context, *digest);
      ASSERT_DONE(loaded);
      EXPECT_EQ(files_of(*loaded), files_of(set((*digest)[0] - 'a')));
    }
  });
}

}  // namespace scalper
