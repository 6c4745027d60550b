#include "hosts/cli/gate_client.h"

#include <gtest/gtest.h>

#include "hosts/cli/verbs.h"

namespace scalper::cli {
namespace {

Result<GateTarget> chosen(const std::vector<std::string>& words) {
  const Parsed parsed = parse_arguments(words);
  const auto* arguments = std::get_if<Arguments>(&parsed);
  EXPECT_NE(arguments, nullptr) << words[0];
  if (arguments == nullptr) return Error(ErrorCode::kInternal, "not parsed");
  return choose_target(*arguments);
}

TEST(GateTarget, IsWhatWasSaid) {
  EXPECT_EQ(chosen({"ls"}).value(), GateTarget::kFolder);
  EXPECT_EQ(chosen({"ls", "--data", "d"}).value(), GateTarget::kFolder);
  EXPECT_EQ(chosen({"ls", "--url", "http://127.0.0.1:1"}).value(), GateTarget::kUrl);
  EXPECT_EQ(chosen({"ls", "--aws"}).value(), GateTarget::kAws);
}

TEST(GateTarget, IsOne) {
  for (const char* other : {"--data", "--url"}) {
    const auto refused = chosen({"ls", "--aws", other, "x"});
    ASSERT_FALSE(refused.ok()) << other;
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(refused.error().message().find(other), std::string::npos) << refused.error().message();
  }
}

TEST(GateOptions, SaysWhichNumbersAnOptionTakes) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"--workers", "0"}, "--workers takes a whole number from 1 to 256, not \"0\""},
      {{"--workers", "257"}, "from 1 to 256, not \"257\""},
      {{"--workers=-1"}, "from 1 to 256, not \"-1\""},
      {{"--workers", "many"}, "from 1 to 256, not \"many\""},
      {{"--keep-replaced", "0"},
       "--keep-replaced (SCALPER_KEEP_REPLACED) takes a whole number of days from 1 to 36500"},
      {{"--reserve", "x"}, "--reserve takes a size in bytes, or one such as 10GiB, not \"x\""},
      {{"--max-staged", "1 elephant"}, "--max-staged takes a size in bytes"}};
  for (const auto& [words, sentence] : all) {
    std::vector<std::string> line = {"up", "--data", "/nonexistent"};
    line.insert(line.end(), words.begin(), words.end());
    const Parsed parsed = parse_arguments(line);
    ASSERT_TRUE(std::holds_alternative<Arguments>(parsed)) << words[0];
    const auto options = gate_options(std::get<Arguments>(parsed));
    ASSERT_FALSE(options.ok()) << words[0];
    EXPECT_EQ(options.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(options.error().message().find(sentence), std::string::npos) << options.error().message();
  }
}

// Every verb that asks a gate can ask the one on AWS; "up" is one itself, and there SNS tells of verdicts.
TEST(GateTarget, IsOfferedByEveryVerbThatAsksAGate) {
  for (const VerbSpec& verb : verbs()) {
    bool data = false;
    bool aws = false;
    for (const OptionSpec& option : verb.options) {
      data = data || option.name == "--data";
      aws = aws || option.name == "--aws";
    }
    const bool local = verb.name == "up" || verb.name.starts_with("webhook ");
    EXPECT_EQ(data && !local, aws) << verb.name;
  }
}

}  // namespace
}  // namespace scalper::cli
