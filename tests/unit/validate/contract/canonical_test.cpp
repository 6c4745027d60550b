#include "validate/contract/canonical.h"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json.hpp>
#include <random>

namespace scalper::grammar {
namespace {

ContractNode tree_of(const std::string& json) {
  std::vector<LintMessage> messages;
  Lint lint("x.json", messages);
  auto tree = read_json(json, lint);
  EXPECT_TRUE(tree) << json << (messages.empty() ? "" : messages.front().message);
  return tree.value_or(ContractNode{});
}

// RFC 8785, appendix B: the bits of a double and its text.
TEST(Canonical, WritesNumbersAsTheAppendixOfTheStandardDoes) {
  const std::vector<std::pair<std::uint64_t, std::string>> cases = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : cases) EXPECT_EQ(canonical_number(std::bit_cast<double>(bits)), text);
}

TEST(Canonical, NumbersReadBackAsTheyWere) {
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 20000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = canonical_number(number);
    ContractNode node;
    ASSERT_TRUE(read_number(text, node)) << text;
    ASSERT_EQ(node.number, number) << text;
  }
}

// RFC 8785, sections 3.2.2 and 3.2.4: the sample and its bytes.
TEST(Canonical, WritesTheSampleOfTheStandard) {
  const std::string sample = R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })";
  EXPECT_EQ(canonical(tree_of(sample)),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785, section 3.2.3.
TEST(Canonical, SortsMembersByUtf16) {
  const std::string sample = R"({
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  })";
  EXPECT_EQ(canonical(tree_of(sample)),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
            "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
            "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(Canonical, WritesStringsWithTheFewestEscapes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", R"("")"},        {"a/b", R"("a/b")"},   {"\b\t\n\f\r", R"("\b\t\n\f\r")"}, {"\x01\x1f", R"("\u0001\u001f")"},
      {"\x7f", "\"\x7f\""}, {"\"\\", R"("\"\\")"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(canonical_string(text), want);
}

TEST(Canonical, IsWhatAnotherReaderUnderstands) {
  const std::string sample = R"({"b":[1,2.5,{"c":null}],"a":"x\u0000y","\ud83d\ude00":-0})";
  EXPECT_EQ(boost::json::parse(canonical(tree_of(sample))), boost::json::parse(sample));
}

}  // namespace
}  // namespace scalper::grammar
