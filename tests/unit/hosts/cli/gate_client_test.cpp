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
