// The quick yes agrees with the checks one by one, which are the reference: `allOf` around a schema leads past it.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/check_layer.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"
#include "validate/schema/compiled_schema.h"
#include "validate/schema/decimal.h"

namespace scalper::schema {
namespace {

using std::string;

ContractSettings with_schema(const string& text) {
  std::vector<LintMessage> messages;
  ContractSettings settings;
  settings.json.compiled = make_schema_files({{"s.json", "set:/s.json", text}})
                               ->compile("s.json", {.draft = Draft::k2020, .assert_formats = true}, messages);
  EXPECT_NE(settings.json.compiled, nullptr) << text << (messages.empty() ? "" : messages.front().message);
  return settings;
}

bool matches(const string& schema, const string& text) {
  return tests::findings_of(make_json_checker, {text}, with_schema(schema)).empty();
}

const std::vector<string>& scalars() {
  static const std::vector<string> all = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-0",
                                          "-0.0",
                                          "1",
                                          "-1",
                                          "1.0",
                                          "1.5",
                                          "10",
                                          "9.99",
                                          "10.01",
                                          "1e1",
                                          "10e-1",
                                          "99999",
                                          "999999999999999",
                                          "1000000000000000",
                                          "-1000000000000001",
                                          "999999999999999999",
                                          "1000000000000000000",
                                          "123456789012345678901234567890",
                                          "0.000000000000000001",
                                          "0.0000000000000000001",
                                          "-9.000000000000000009",
                                          "\"\"",
                                          "\"a\"",
                                          "\"ab\"",
                                          "\"abc\"",
                                          "\"abcd\"",
                                          "\"\\u00e9\\u00e9\"",
                                          "\"\xC3\xA9\xC3\xA9\xC3\xA9\"",
                                          "\"\xF0\x9F\x98\x80\"",
                                          "\"12345\"",
                                          "\"1234\"",
                                          "\"2026-02-30\"",
                                          "\"2026-02-28\"",
                                          "\"1\"",
                                          "\"null\""};
  return all;
}

TEST(SchemaSure, AgreesWithTheChecksOneByOne) {
  const std::vector<string> rules = {R"("type": "integer")",
                                     R"("type": "number")",
                                     R"("type": "string")",
                                     R"("type": "boolean")",
                                     R"("type": "null")",
                                     R"("type": ["integer", "null"])",
                                     R"("type": ["string", "number"])",
                                     R"("minimum": 1)",
                                     R"("minimum": 1.5)",
                                     R"("maximum": 10)",
                                     R"("maximum": 10.0e0)",
                                     R"("exclusiveMinimum": 0)",
                                     R"("exclusiveMinimum": 1)",
                                     R"("exclusiveMaximum": 10)",
                                     R"("maximum": 999999999999999)",
                                     R"("minimum": -1000000000000000)",
                                     R"("maximum": 1e300)",
                                     R"("minimum": -1e300)",
                                     R"("multipleOf": 1)",
                                     R"("multipleOf": 0.5)",
                                     R"("minLength": 1)",
                                     R"("minLength": 2)",
                                     R"("maxLength": 2)",
                                     R"("maxLength": 0)",
                                     R"("pattern": "^[0-9]{5}$")",
                                     R"("pattern": "b")",
                                     R"("format": "date")",
                                     R"("enum": ["a", "abc", 1, null])",
                                     R"("enum": ["\u00e9\u00e9"])",
                                     R"("const": "1")",
                                     R"("const": 1)",
                                     R"("const": "a", "enum": ["a", "b"])",
                                     R"("const": "a", "enum": ["b"])"};
  std::mt19937 random(1126);
  std::vector<string> schemas;
  schemas.reserve(200);
  for (const string& rule : rules) schemas.push_back("{" + rule + "}");
  const auto word = [](const string& rule) { return rule.substr(0, rule.find(':')); };
  while (schemas.size() < 200) {  // of two keywords each; the last two rules have two already
    const string& a = rules[random() % (rules.size() - 2)];
    const string& b = rules[random() % (rules.size() - 2)];
    if (word(a) == word(b)) continue;
    schemas.push_back("{" + a);
    schemas.back().append(", ").append(b).append("}");
  }
  std::size_t held = 0;
  std::size_t broken = 0;
  for (const string& schema : schemas) {
    for (const string& value : scalars()) {
      const bool sure = matches(schema, value);
      ASSERT_EQ(sure, matches(R"({"allOf": [)" + schema + "]}", value)) << schema << " and " << value;
      ASSERT_EQ(sure, matches(R"({"properties": {"k": )" + schema + "}}", R"({"k": )" + value + "}"))
          << schema << value;
      ++(sure ? held : broken);
    }
  }
  EXPECT_GT(held, 1000U);
  EXPECT_GT(broken, 1000U);
}

// What came next the last time is only a guess: the names are compared, in any order, record by record.
TEST(SchemaSure, FindsNamesInAnyOrder) {
  const string schema =
      R"({"required": ["a", "b", "c"], "additionalProperties": false, "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}, "d": {"const": 4}}})";
  const ContractSettings settings = with_schema(schema);
  std::mt19937 random(7);
  string text;
  std::vector<std::uint64_t> bad;
  for (std::uint64_t row = 1; row <= 2000; ++row) {
    std::vector<string> members = {"\"a\": 1", "\"b\": 2", "\"c\": 3", "\"d\": 4"};
    std::shuffle(members.begin(), members.end(), random);
    const auto pick = random() % 4;
    if (pick == 0) members[random() % 4] = "\"e\": 5";
    string record;
    for (const string& member : members) record += (record.empty() ? "{" : ", ") + member;
    if (pick == 0) bad.push_back(row);
    text += record + "}\n";
  }
  std::vector<std::uint64_t> found;
  for (const Finding& finding : tests::findings_of(make_ndjson_checker, {text}, settings)) {
    if (found.empty() || found.back() != finding.location.row.value_or(0))
      found.push_back(finding.location.row.value_or(0));
  }
  ASSERT_FALSE(found.empty());
  bad.resize(std::min(bad.size(), found.size()));  // findings are capped
  EXPECT_EQ(found, bad);
}

// What a child evaluated of its own members is no member of its parent.
TEST(SchemaUnevaluated, OfAChildSaysNothingOfItsParent) {
  const string members = R"({"properties": {"c": {"unevaluatedItems": false}}, "unevaluatedProperties": false})";
  for (const auto* text : {R"({"c": [], "b": {}})", R"({"b": 1, "c": []})", R"({"c": 1, "b": 1})", R"({"b": 1})"})
    EXPECT_FALSE(matches(members, text)) << text;
  EXPECT_TRUE(matches(members, R"({"c": []})"));
  EXPECT_FALSE(matches(members, R"({"c": [1]})"));
  const string both =
      R"({"properties": {"c": {"properties": {"x": {}}, "unevaluatedProperties": false}}, "unevaluatedProperties": false})";
  EXPECT_FALSE(matches(both, R"({"c": {"x": 1}, "b": 1})"));
  EXPECT_TRUE(matches(both, R"({"c": {"x": 1}})"));
  const string elements = R"({"prefixItems": [{"unevaluatedItems": false}], "unevaluatedItems": false})";
  EXPECT_FALSE(matches(elements, "[[], 1]"));
  EXPECT_TRUE(matches(elements, "[[]]"));
}

TEST(SchemaSure, ReadsShortNumbersAndNoOthers) {
  const auto is = [](std::string_view text, std::int64_t digits, std::size_t fraction) {
    const auto number = short_number(text);
    return number.has_value() && number->digits == digits && number->fraction == fraction;
  };
  EXPECT_TRUE(is("0", 0, 0));
  EXPECT_TRUE(is("-12", -12, 0));
  EXPECT_TRUE(is("1.50", 150, 2));
  EXPECT_TRUE(is("999999999999999999", 999'999'999'999'999'999, 0));
  EXPECT_TRUE(is("0.12345678901234567", 12'345'678'901'234'567, 17));
  for (const auto* text : {"1e1", "1E-2", "1000000000000000000", "1.234567890123456789", "1.0e5"})
    EXPECT_FALSE(short_number(text).has_value()) << text;
}

}  // namespace
}  // namespace scalper::schema
