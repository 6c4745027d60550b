#include "validate/formats/json.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "support/check_layer.h"
#include "validate/formats/json_key_sets.h"
#include "validate/formats/ndjson.h"

namespace scalper::tests {
namespace {

using Lines = std::vector<std::string>;

Lines json(std::string_view text, const ContractSettings& settings = {}, std::size_t every = 400) {
  return briefs_of(make_json_checker, text, settings, every);
}

TEST(JsonChecker, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, Lines>> cases = {
      {R"({"a":[1,2.5e3,"x"],"b":{"a":null}})", {}},
      {"{\"a\":1,\n\"b\":{\"c\":[0,{\"d\":1,\"d\":2}]}}", {"json.duplicate_key 27 2 /b/c/1/d"}},
      {R"({"a":1,"\u0061":2,"A":3})", {"json.duplicate_key 7 1 /a"}},
      {"[1,\n1e999,-1e-999]", {"json.number_range 4 2 /1", "json.number_range 10 2 /2"}},
      {R"(["\ud800","\ud83d\ude00"])", {"json.lone_surrogate 2 1 /0"}},
      {"\xEF\xBB\xBF{}", {"json.bom 0 1 "}},
      {"", {"json.empty 0 1"}},
      {"{\"a\":1,\"a\":2,", {"json.duplicate_key 7 1 /a", "json.truncated 13 1"}},
      {"[01]", {"json.number 2 1"}},
      {"[\"\n\"]", {"json.string 2 1"}},
      {"[\"\xFF\"]", {"encoding.utf8 2 1"}},
      {"[] []", {"json.trailing 3 1"}},
      {"[1,2,,3,", {"json.syntax 5 1"}},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(json(text), want) << escape_text(text);
}

TEST(JsonChecker, TakesTheContractAtItsWord) {
  const std::string twice = R"({"a":1,"a":2})";
  ContractSettings settings;
  settings.json.duplicate_keys = Strictness::kAllow;
  EXPECT_EQ(json(twice, settings), Lines{});
  settings.json.duplicate_keys = Strictness::kError;
  EXPECT_EQ(findings_of(make_json_checker, {twice}, settings).at(0).severity, Severity::kError);
  EXPECT_EQ(findings_of(make_json_checker, {twice}, {}).at(0).severity, Severity::kWarning);

  settings.json.depth = 2;
  EXPECT_EQ(json("[[]]", settings), Lines{});
  EXPECT_EQ(json("[[[]]]", settings), Lines{"json.depth 2 1"});
  EXPECT_EQ(findings_of(make_json_checker, {"[[[]]]"}, settings).at(0).severity, Severity::kError);
}

TEST(JsonChecker, KeepsItsLimits) {
  const std::string deep(100000, '[');
  EXPECT_EQ(json(deep), Lines{"limit.depth 1000 1"});
  EXPECT_EQ(findings_of(make_json_checker, {deep}, {}).at(0).severity, Severity::kUnverifiable);

  std::string many = "[{";
  for (std::size_t i = 0; i <= JsonKeySets::kMostKeys; ++i)
    many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  const std::string at_limit = many.substr(0, many.rfind(',')) + "}]";
  EXPECT_EQ(json(at_limit, {}, 0), Lines{});
  const Lines full = json(many + ",\"0\":0}]", {}, 0);
  ASSERT_EQ(full.size(), 1U);
  EXPECT_TRUE(full[0].starts_with("limit.memory ")) << full[0];
}

TEST(JsonChecker, EscapesWhatItQuotes) {
  const std::vector<Finding> found = findings_of(make_json_checker, {"{\"\\u001b[31m\":1,\"\\u001b[31m\":2}"}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("\\x1B[31m"), std::string::npos) << found[0].message;
}

Lines ndjson(std::string_view text, const ContractSettings& settings = {}) {
  return briefs_of(make_ndjson_checker, text, settings);
}

TEST(NdjsonChecker, ChecksLineByLine) {
  const std::vector<std::pair<std::string, Lines>> cases = {
      {"", {}},
      {"{\"a\":1}\n{\"a\":2}\n", {}},
      {"{\"a\":1}\r\n[]\r\n", {}},
      {"1\n2", {"ndjson.no_final_newline 3 2"}},
      {"{\"a\":1}\n{\"a\":}\n{\"a\":3\n4\n", {"ndjson.syntax 13 2 2", "ndjson.syntax 21 3 3"}},
      {"1\n\n2\n \n", {"ndjson.blank_line 2 2", "ndjson.blank_line 5 4"}},
      {"1\r\n2\n3\r\n", {"ndjson.line_ends 4 2"}},
      {"1\n{\"a\":1,\"a\":2}\n", {"json.duplicate_key 9 2 2 /a"}},
      {"[1]\n[\"\xFF\"]\n[1e999]\n", {"encoding.utf8 6 2 2", "json.number_range 11 3 3 /0"}},
      {"1 2\n{\n}\n", {"ndjson.syntax 2 1 1", "ndjson.syntax 5 2 2", "ndjson.syntax 6 3 3"}},
      {"\xEF\xBB\xBF{}\n", {"json.bom 0 1 1 "}},
      {"1\n\xEF\xBB\xBF{}\n", {"ndjson.syntax 2 2 2"}},
      {"\"a", {"ndjson.syntax 2 1 1"}},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(ndjson(text), want) << escape_text(text);
}

TEST(NdjsonChecker, LimitsTheDepthOfEachLine) {
  const std::string deep = std::string(1001, '[') + std::string(1001, ']') + "\n[]\n";
  EXPECT_EQ(ndjson(deep + "[\n"), (Lines{"limit.depth 1000 1 1", "ndjson.syntax 2007 3 3"}));
}

}  // namespace
}  // namespace scalper::tests
