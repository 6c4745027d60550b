// What a finding says: its place in the file and in the schema, expected and found; and the bounds of a check.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/check_layer.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"
#include "validate/schema/compiled_schema.h"

namespace scalper::tests {
namespace {

using std::string;

ContractSettings with_schema(const string& text) {
  std::vector<LintMessage> messages;
  ContractSettings settings;
  settings.json.compiled =
      schema::make_schema_files({{"s.json", "set:/s.json", text}})->compile("s.json", {}, messages);
  EXPECT_NE(settings.json.compiled, nullptr) << (messages.empty() ? "" : messages.front().message);
  return settings;
}

std::vector<Finding> found(const string& schema, const string& text) {
  return findings_of(make_json_checker, {text}, with_schema(schema));
}

TEST(SchemaFindings, SayWhereAndWhatInOneSentence) {
  struct Case {
    string schema;
    string text;
    string pointer;
    std::uint64_t byte;
    std::uint64_t line;
    string message;
  };
  const std::vector<Case> cases = {
      {R"({"properties": {"a/b": {"items": {"type": ["string", "null"]}}}})", "{\n\"a/b\": [null, 12]}", "/a~1b/1", 16,
       2, "expected a string or null, found the number 12 (schema s.json#/properties/a~1b/items/type)"},
      {R"({"type": "integer"})", " 1.5", "", 1, 1,
       "expected a whole number, found the number 1.5 (schema s.json#/type)"},
      {R"({"enum": [1, "a", null]})", "\"b\x01\"", "", 0, 1, ""},
      {R"({"maximum": 12.50})", "13", "", 0, 1, "expected at most 12.5, found the number 13 (schema s.json#/maximum)"},
      {R"({"required": ["a", "b"]})", "\n{\"a\": 1\n}", "", 1, 2,
       "the member \"b\" is missing (schema s.json#/required)"},
      {R"({"items": {"additionalProperties": false}})", "[{}, {\"x\": 1}]", "/1/x", 11, 1,
       "expected no member of this name: the schema does not know it (schema s.json#/items/additionalProperties)"},
      {R"({"minLength": 3})", "\"\xC3\xA9\xC3\xA9\"", "", 0, 1,
       "expected at least 3 characters, found 2 (schema s.json#/minLength)"},
      {R"({"anyOf": [{"type": "null"}, {"properties": {"k": {"const": 1}}, "type": "object"}]})", "{\"k\": 2}", "", 0,
       1,
       "the value matches none of the 2 alternatives; the closest one fails at byte 6 by "
       "s.json#/anyOf/1/properties/k/const "
       "(schema s.json#/anyOf)"},
      {R"({"unevaluatedProperties": false, "properties": {"a": true}})", "{\"a\": 1, \"b~\": 2}", "/b~0", 9, 1,
       "the member \"b~\" is not allowed: no schema that matches knows it (schema s.json#/unevaluatedProperties)"},
      {R"({"propertyNames": {"maxLength": 1}})", "{\"ab\": 1}", "/ab", 1, 1,
       "expected at most 1 characters, found 2 (schema s.json#/propertyNames/maxLength)"},
      {R"({"if": true, "then": {"items": {"type": "null"}}})", "[null, 3]", "/1", 7, 1,
       "expected null, found the number 3 (schema s.json#/then/items/type)"},
      {R"({"uniqueItems": true})", "[{\"a\": 1}, {\"a\": 1.0}]", "/1", 11, 1,
       "expected elements that all differ, and element 1 equals one before it (schema s.json#/uniqueItems)"},
  };
  for (const Case& one : cases) {
    if (one.message.empty()) continue;
    static_cast<void>(briefs_of(make_json_checker, one.text, with_schema(one.schema)));
    const std::vector<Finding> findings = found(one.schema, one.text);
    ASSERT_EQ(findings.size(), 1U) << one.schema;
    EXPECT_EQ(findings[0].message, one.message);
    EXPECT_EQ(findings[0].location.pointer, one.pointer) << one.schema;
    EXPECT_EQ(findings[0].location.byte, one.byte) << one.schema;
    EXPECT_EQ(findings[0].location.line, one.line) << one.schema;
  }
}

TEST(SchemaFindings, HoldNoValueThatATerminalWouldNotBear) {
  const string text = "\"" + string(500, 'x') + "\\u001b[31m\"";
  const auto findings = found(R"({"const": "y"})", text);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_LT(findings[0].message.size(), 200U) << findings[0].message;
  const auto shown = found(R"({"const": "y"})", "\"\\u001b[31m\"");
  EXPECT_NE(shown.at(0).message.find("\\x1B[31m"), string::npos) << shown.at(0).message;
}

TEST(SchemaFindings, OfALosingBranchAreDropped) {
  EXPECT_TRUE(found(R"({"anyOf": [{"required": ["a"]}, {"type": "object"}]})", "{}").empty());
  EXPECT_TRUE(found(R"({"if": {"required": ["a"]}, "then": {"required": ["b"]}})", "{}").empty());
  EXPECT_TRUE(found(R"({"not": {"type": "string"}})", "1").empty());
  // The same subschema counts elsewhere: there it is said, once.
  const auto both = found(R"({"$defs": {"x": {"type": "string"}}, "anyOf": [{"$ref": "#/$defs/x"}, true],
                              "allOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]})",
                          "1");
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0].code, "schema.type");
}

TEST(SchemaFindings, OfLinesNameTheirLineAndRow) {
  const auto briefs = briefs_of(make_ndjson_checker, "{\"a\": 1}\n\n{\"a\": \"x\"}\n{}\n",
                                with_schema(R"({"properties": {"a": {"type": "integer"}}, "required": ["a"]})"));
  EXPECT_EQ(briefs, (std::vector<string>{"ndjson.blank_line 9 2", "schema.type 16 3 2 /a", "schema.required 21 4 3 "}));
}

TEST(SchemaBounds, WhatTakesTooMuchMemoryIsUnverifiable) {
  string many = "[0";
  for (int i = 1; i < 40'000; ++i) many += "," + std::to_string(i);
  const string three_hundred(300 << 10, 'x');
  const std::vector<std::pair<string, string>> cases = {
      {R"({"uniqueItems": true})", many + "]"},
      {R"({"unevaluatedItems": {"type": "number"}})", many + "]"},
      {R"({"pattern": "x$"})", "\"" + three_hundred + "\""},
      {R"({"properties": {"a": true}, "required": ["a"]})", "{\"" + three_hundred + "\": 1}"},
      {R"({"maximum": 5})", string(70'000, '1')},
      {R"({"multipleOf": 5})", "1e9999999999999999999"},
  };
  for (const auto& [schema, text] : cases) {
    const auto findings = found(schema, text);
    const auto limits = std::count_if(findings.begin(), findings.end(), [](const Finding& f) {
      return f.code == "limit.memory" && f.severity == Severity::kUnverifiable;
    });
    EXPECT_EQ(limits, 1) << schema << ": " << findings.size();
    EXPECT_TRUE(std::none_of(findings.begin(), findings.end(), [](const Finding& f) {
      return f.code.starts_with("schema.");
    })) << schema;
  }
  // What needs no memory is checked whatever the size.
  EXPECT_TRUE(
      found(R"({"minLength": 300000, "maxLength": 400000, "type": "string"})", "\"" + three_hundred + "\"").empty());
  EXPECT_EQ(found(R"({"const": ")" + three_hundred + "\"}", "\"" + three_hundred + "\"").size(), 0U);
  EXPECT_EQ(found(R"({"const": ")" + three_hundred + "\"}", "\"" + three_hundred + "y\"").size(), 1U);
}

TEST(SchemaBounds, QuestionsOfOneValueAreCounted) {
  // Each level asks two schemas more in other scopes than the one before; deduplicated they stay few.
  const string twice =
      R"({"$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}, "allOf": [{"$ref": "#/$defs/b"}]},
                                     "b": {"properties": {"x": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"})";
  string deep;
  for (int i = 0; i < 60; ++i) deep += "{\"x\": ";
  deep += "1" + string(60, '}');
  EXPECT_TRUE(found(twice, deep).empty());
}

}  // namespace
}  // namespace scalper::tests
