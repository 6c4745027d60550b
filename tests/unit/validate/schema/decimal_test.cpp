// Numbers of JSON compared and divided exactly, whatever their length.
#include "validate/schema/decimal.h"

#include <gtest/gtest.h>

#include <vector>

#include "validate/schema/value_hash.h"

namespace scalper::schema {
namespace {

Decimal number(std::string_view text) {
  const auto parsed = parse_decimal(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Decimal{});
}

TEST(Decimal, ComparesWithoutRounding) {
  // Each less than the next.
  const std::vector<std::vector<std::string_view>> order = {
      {"-1e400", "-10e399"},
      {"-1.5", "-15e-1"},
      {"-1e-400"},
      {"0", "-0", "0.000", "0e99", "-0E-5"},
      {"1e-400", "0.1e-399"},
      {"0.1", "1e-1", "0.10"},
      {"0.3"},
      {"1", "1.0", "10e-1", "0.01e2"},
      {"9007199254740992"},
      {"9007199254740993"},
      {"12345678901234567890.0", "12345678901234567890"},
      {"12345678901234567891"},
      {"1e400", "10E+399"},
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      for (const auto a : order[i]) {
        for (const auto b : order[j]) {
          const int order_found = compare(number(a), number(b));
          EXPECT_EQ(order_found < 0, i < j) << a << " and " << b;
          EXPECT_EQ(order_found > 0, i > j) << a << " and " << b;
          EXPECT_EQ(hash_of_number(number(a)) == hash_of_number(number(b)), i == j) << a << " and " << b;
        }
      }
    }
  }
}

TEST(Decimal, KnowsWholeNumbers) {
  for (const auto* text : {"1", "1.0", "0", "-12.00", "1e400", "150e-1", "12345678901234567890.0"})
    EXPECT_TRUE(number(text).is_whole()) << text;
  for (const auto* text : {"1.5", "1e-1", "-0.0001", "15e-2"}) EXPECT_FALSE(number(text).is_whole()) << text;
}

TEST(Decimal, DividesExactly) {
  struct Case {
    std::string_view value;
    std::string_view of;
    bool multiple;
  };
  const std::vector<Case> cases = {
      {"0.3", "0.1", true},
      {"4.35", "0.01", true},
      {"0.0075", "0.0001", true},
      {"0.00751", "0.0001", false},
      {"1e400", "7", false},
      {"1e400", "5", true},
      {"-35", "1.5", false},
      {"-4.5", "1.5", true},
      {"0", "3", true},
      {"1e-400", "1", false},
      {"12391239123", "1e-8", true},
      {"1e308", "0.123456789", false},
      {"10", "4", false},
      {"100", "40", false},
      {"120", "40", true},
      {"99999999999999999999999999999999999999", "999999999", false},
      {"999999999999999999", "999999999", true},
  };
  for (const Case& one : cases)
    EXPECT_EQ(is_multiple(number(one.value), number(one.of)), one.multiple) << one.value << " by " << one.of;
}

TEST(Decimal, RefusesExponentsThatNobodyMeans) {
  EXPECT_FALSE(parse_decimal("1e99999999999999999999").has_value());
  EXPECT_FALSE(parse_decimal("1e-99999999999999999999").has_value());
  EXPECT_EQ(parse_decimal("0e99999999999999999999"), Decimal{});
}

TEST(ValueHash, IsThatOfTheValueAndNotOfItsText) {
  std::vector<LintMessage> messages;
  grammar::Lint lint("", messages);
  const auto hash = [&](std::string_view text) {
    const auto tree = read_tree(text, lint);
    EXPECT_TRUE(tree.has_value()) << text;
    return tree.has_value() ? hash_of(*tree).value_or(ValueHash{}) : ValueHash{};
  };
  EXPECT_EQ(hash(R"({"a": 1, "b": [2.0]})"), hash(R"({ "b":[2],"\u0061":1.00 })"));
  for (const auto& [a, b] :
       std::vector<std::pair<std::string_view, std::string_view>>{{R"({"a": 1, "b": 2})", R"({"a": 2, "b": 1})"},
                                                                  {"[1, 2]", "[2, 1]"},
                                                                  {"[[1], 2]", "[[1, 2]]"},
                                                                  {"[]", "{}"},
                                                                  {"0", "false"},
                                                                  {"null", "\"null\""},
                                                                  {"\"1\"", "1"},
                                                                  {R"({"a": {"b": 1}})", R"({"a": 1, "b": {}})"},
                                                                  {R"({"a": 1})", R"({"a": 1, "b": 1})"}})
    EXPECT_FALSE(hash(a) == hash(b)) << a << " and " << b;
}

}  // namespace
}  // namespace scalper::schema
