#include "pipeline/ingest/hook_findings.h"

#include <gtest/gtest.h>

#include "contract/subject.h"

namespace scalper {
namespace {

TEST(HookFindings, AreReadWithTheirPlaces) {
  const auto found = hook_findings(
      "{\"code\":\"hook.a_1\",\"message\":\"m\"}\n\n"
      "{\"code\":\"hook.b\",\"severity\":\"warning\",\"message\":\"x\\u001b[2J\\u202e\",\"line\":1,\"row\":2,\"byte\":"
      "0,"
      "\"column\":\"c\\n\",\"pointer\":\"/a\"}\n"
      "{\"code\":\"hook.c\",\"severity\":\"unverifiable\",\"message\":\"m\"}");
  ASSERT_DONE(found);
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].code, "hook.a_1");
  EXPECT_EQ((*found)[0].severity, Severity::kError);
  const Finding& second = (*found)[1];
  EXPECT_EQ(second.severity, Severity::kWarning);
  EXPECT_EQ(second.message, "x\\x1B[2J\\u{202E}");
  EXPECT_EQ(second.location.line, 1U);
  EXPECT_EQ(second.location.row, 2U);
  EXPECT_EQ(second.location.byte, 0U);
  EXPECT_EQ(second.location.column, "c\\n");
  EXPECT_EQ(second.location.pointer, "/a");
  EXPECT_EQ((*found)[2].severity, Severity::kUnverifiable);
  EXPECT_TRUE(hook_findings("")->empty());
  EXPECT_TRUE(hook_findings("\n\n")->empty());
}

TEST(HookFindings, AreCutToWhatIsShown) {
  const auto found = hook_findings(R"({"code":"hook.a","message":")" + std::string(5000, 'm') + "\"}");
  ASSERT_DONE(found);
  EXPECT_EQ(found->front().message, std::string(300, 'm') + "\xE2\x80\xA6");
}

TEST(HookFindings, AreRefusedAsAWholeWhereOneIsNone) {
  const std::string good = R"({"code":"hook.a","message":"m"})";
  for (const std::string& bad : {std::string("hello"),
                                 std::string("[]"),
                                 std::string("7"),
                                 std::string("{}"),
                                 std::string("{\"code\":\"hook.a\"}"),
                                 std::string(R"({"message":"m"})"),
                                 std::string(R"({"code":"csv.row_width","message":"m"})"),
                                 std::string(R"({"code":"hook.","message":"m"})"),
                                 std::string(R"({"code":"hook.A","message":"m"})"),
                                 std::string(R"({"code":"hook.failed","message":"m"})"),
                                 std::string(R"({"code":"hook.unavailable","message":"m"})"),
                                 R"({"code":"hook.)" + std::string(49, 'a') + R"(","message":"m"})",
                                 std::string(R"({"code":"hook.a","message":""})"),
                                 std::string(R"({"code":"hook.a","message":7})"),
                                 std::string(R"({"code":"hook.a","message":"m","severity":"info"})"),
                                 std::string(R"({"code":"hook.a","message":"m","severity":"valid"})"),
                                 std::string(R"({"code":"hook.a","message":"m","line":0})"),
                                 std::string(R"({"code":"hook.a","message":"m","row":-1})"),
                                 std::string(R"({"code":"hook.a","message":"m","byte":1.5})"),
                                 std::string(R"({"code":"hook.a","message":"m","x":1})"),
                                 std::string(R"({"code":"hook.a","message":"m"} trailing)"),
                                 std::string("{\"code\":\"hook.a\",\"message\":\"\xff\"}"),
                                 std::string(100000, '['),
                                 std::string(R"({"code":"hook.a","message":")") + std::string(17000, 'm') + "\"}"}) {
    EXPECT_CODE(kInvalidArgument, hook_findings(bad)) << bad.substr(0, 80);
    EXPECT_CODE(kInvalidArgument, hook_findings(good + "\n" + bad)) << bad.substr(0, 80);
    EXPECT_CODE(kInvalidArgument, hook_findings(bad + "\n" + good)) << bad.substr(0, 80);
  }
  std::string many;
  for (std::size_t i = 0; i < kMostHookFindings; ++i) many += good + "\n";
  EXPECT_EQ(hook_findings(many)->size(), kMostHookFindings);
  EXPECT_CODE(kInvalidArgument, hook_findings(many + good));
}

}  // namespace
}  // namespace scalper
