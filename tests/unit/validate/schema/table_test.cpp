// Table Schema: cells by their types, places of findings, what lint says, and the bound of keys.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/check_layer.h"
#include "validate/contract.h"
#include "validate/formats/csv.h"
#include "validate/schema/table_schema.h"

namespace scalper::tests {
namespace {

using schema::FieldForm;
using schema::FieldType;
using schema::TableField;
using std::string;

TableField field(FieldType type, FieldForm form = FieldForm::kDefault, string format = {}) {
  TableField made;
  made.name = "f";
  made.type = type;
  made.form = form;
  made.format = std::move(format);
  return made;
}

TEST(TableCell, FitsItsTypeOrNot) {
  struct Case {
    TableField field;
    std::vector<std::string_view> good;
    std::vector<std::string_view> bad;
  };
  TableField grouped = field(FieldType::kNumber);
  grouped.decimal_char = ",";
  grouped.group_char = ".";
  TableField money = field(FieldType::kNumber);
  money.bare_number = false;
  TableField list = field(FieldType::kList);
  list.item_type = FieldType::kInteger;
  const std::vector<Case> cases = {
      {field(FieldType::kInteger), {"0", "-12", "+3", "007"}, {"1.0", "1e3", "", "a", "1 "}},
      {field(FieldType::kNumber),
       {"1", "-1.5", ".5", "5.", "1e3", "+2E-2", "NaN", "INF", "-INF"},
       {"1,5", "", "e3", "1e", "nan", "-"}},
      {grouped, {"1.234,5", "0,5", "12"}, {"1,2,3", "x"}},
      {money, {"EUR 12.50", "12.5%", "$3"}, {"EUR", ""}},
      {field(FieldType::kBoolean), {"true", "0", "FALSE"}, {"yes", "tRue", ""}},
      {field(FieldType::kDate),
       {"2024-02-29", "2026-11-30"},
       {"2026-02-29", "2026-13-01", "26-11-30", "2026-11-30T00:00:00"}},
      {field(FieldType::kTime), {"18:00:00", "18:00:00.25", "18:00:00Z"}, {"18:00", "25:00:00", "18:00:00.", ""}},
      {field(FieldType::kDateTime),
       {"2026-11-30T18:00:00Z", "2026-11-30T18:00:00.5+01:00", "2026-11-30T18:00:00"},
       {"2026-11-30", "18:00:00"}},
      {field(FieldType::kDate, FieldForm::kStrptime, "%d/%m/%y"),
       {"30/11/26", "1/2/99"},
       {"2026-11-30", "31/02/26", "30/11/26 "}},
      {field(FieldType::kDateTime, FieldForm::kStrptime, "%d %b %Y %I:%M %p"),
       {"30 Nov 2026 06:00 PM"},
       {"30 Foo 2026 06:00 PM", "30 Nov 2026 13:00 PM"}},
      {field(FieldType::kDate, FieldForm::kStrptime, "%Y-%j"), {"2024-366"}, {"2026-366"}},
      {field(FieldType::kYear), {"2026", "-0044", "12026"}, {"26", "20.5"}},
      {field(FieldType::kYearMonth), {"2026-11"}, {"2026-13", "2026", "2026-1"}},
      {field(FieldType::kDuration),
       {"P1D", "PT0.5S", "-P1Y2M3DT4H5M6S", "P1Y3D"},
       {"P", "PT", "1D", "P1H", "P1.5D", "P1DT"}},
      {field(FieldType::kGeoPoint), {"90.50, 45.50", "-180,90"}, {"45.50", "181,0", "0,91", "a,b"}},
      {field(FieldType::kGeoPoint, FieldForm::kArray), {"[90.5, 45.5]"}, {"90.5, 45.5"}},
      {field(FieldType::kGeoPoint, FieldForm::kObject), {R"({"lon": 1, "lat": 2})"}, {R"({"lon": 1})", "1,2"}},
      {field(FieldType::kObject), {"{}", R"({"a": [1]})"}, {"[]", "{", "1"}},
      {field(FieldType::kArray), {"[]", "[1]"}, {"{}", "[1"}},
      {list, {"1,2,3", "1"}, {"1,,2", "a"}},
      {field(FieldType::kString, FieldForm::kEmail), {"a@example.com"}, {"a"}},
      {field(FieldType::kString, FieldForm::kUri), {"http://example.com/"}, {"a b"}},
      {field(FieldType::kString, FieldForm::kUuid), {"00000000-0000-0000-0000-000000000000"}, {"0"}},
      {field(FieldType::kString, FieldForm::kBinary), {"YWI=", ""}, {"YWI", "Y=I="}},
      {field(FieldType::kAny), {"", "x"}, {}},
  };
  for (const Case& one : cases) {
    for (const auto text : one.good)
      EXPECT_TRUE(read_cell(one.field, text).fits) << static_cast<int>(one.field.type) << " " << text;
    for (const auto text : one.bad)
      EXPECT_FALSE(read_cell(one.field, text).fits) << static_cast<int>(one.field.type) << " " << text;
  }
}

// The quick look says yes to what is common, and never to what does not fit.
TEST(TableCell, IsSureOnlyOfWhatFits) {
  const std::vector<std::pair<FieldType, std::string_view>> common = {{FieldType::kInteger, "-4711"},
                                                                      {FieldType::kNumber, "12.50"},
                                                                      {FieldType::kBoolean, "true"},
                                                                      {FieldType::kDate, "2026-11-28"},
                                                                      {FieldType::kString, "Smith, Ann"}};
  for (const auto& [type, text] : common) EXPECT_TRUE(surely_fits(field(type), text)) << text;
  TableField grouped = field(FieldType::kNumber);
  grouped.decimal_char = ",";
  grouped.group_char = ".";
  const std::vector<TableField> fields = {field(FieldType::kInteger),
                                          field(FieldType::kNumber),
                                          field(FieldType::kBoolean),
                                          field(FieldType::kDate),
                                          field(FieldType::kYear),
                                          field(FieldType::kDate, FieldForm::kStrptime, "%d"),
                                          grouped,
                                          field(FieldType::kString, FieldForm::kEmail)};
  std::mt19937 random(3);
  for (int round = 0; round < 200000; ++round) {
    string text = round % 2 == 0 ? "2026-02-29" : string(common[random() % common.size()].second);
    for (int times = static_cast<int>(random() % 3); times >= 0; --times) {
      text[random() % text.size()] = "0123456789-+.,eE :ft"[random() % 20];
    }
    for (const TableField& one : fields) {
      ASSERT_TRUE(!surely_fits(one, text) || read_cell(one, text).fits) << static_cast<int>(one.type) << " " << text;
    }
  }
}

TEST(TableCell, ComparesValuesAndNotTheirText) {
  const auto order = [](const TableField& f, std::string_view a, std::string_view b) {
    return compare(read_cell(f, a).order.value(), read_cell(f, b).order.value());
  };
  EXPECT_EQ(order(field(FieldType::kNumber), "1.0", "1"), 0);
  EXPECT_LT(order(field(FieldType::kDateTime), "2026-11-30T18:00:00+01:00", "2026-11-30T17:00:00.1Z"), 0);
  EXPECT_LT(order(field(FieldType::kDate), "1969-12-31", "1970-01-01"), 0);
  EXPECT_LT(order(field(FieldType::kYear), "-0044", "0044"), 0);
  EXPECT_LT(order(field(FieldType::kTime), "09:00:00", "10:00:00"), 0);
  EXPECT_TRUE(read_cell(field(FieldType::kInteger), "007").hash == read_cell(field(FieldType::kInteger), "7").hash);
  EXPECT_FALSE(read_cell(field(FieldType::kString), "007").hash == read_cell(field(FieldType::kString), "7").hash);
}

std::vector<string> said(const string& table) {
  std::vector<LintMessage> messages;
  const auto compiled = schema::compile_table("t.json", table, messages);
  std::vector<string> lines;
  for (const LintMessage& m : messages)
    lines.push_back(std::to_string(m.line) + ":" + std::to_string(m.column) + " " + m.message);
  EXPECT_EQ(compiled == nullptr, std::any_of(messages.begin(), messages.end(), [](const LintMessage& m) {
              return m.level == LintMessage::Level::kError;
            }));
  return lines;
}

TEST(TableLint, NamesThePlaceOfWhatCannotBe) {
  const std::vector<std::pair<string, string>> cases = {
      {"{}", "1:1 `fields` wants a list of at least one field"},
      {"[]", "1:1 a Table Schema is an object"},
      {R"({"fields": [{"type": "string"}]})", "1:13 a field wants a `name`"},
      {R"({"fields": [{"name": "a"}, {"name": "a"}]})", "1:37 there is another field \"a\""},
      {R"({"fields": [{"name": "a", "type": "text"}]})", "1:35 `type` wants a type of Table Schema"},
      {R"x({"fields": [{"name": "a", "constraints": {"pattern": "(?=b)"}}]})x",
       "1:54 the pattern \"(?=b)\" cannot be used"},
      {R"({"fields": [{"name": "a", "type": "integer", "constraints": {"minLength": 2}}]})",
       "1:75 fields of the type integer have no `minLength`"},
      {R"({"fields": [{"name": "a", "constraints": {"minimum": "x"}}]})",
       "1:54 fields of the type string have no `minimum`"},
      {R"({"fields": [{"name": "a", "type": "date", "constraints": {"pattern": "x"}}]})",
       "1:70 fields of the type date have no `pattern`"},
      {R"({"fields": [{"name": "a", "name": "b"}]})", "1:27 the key \"name\" is there twice"},
      {R"({"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": "x"}}]})",
       "1:73 this is no value of the field's type, integer"},
      {R"({"fields": [{"name": "a", "type": "date", "format": "%Q"}]})",
       "1:53 the pattern has \"%Q\", which is not supported"},
      {R"({"fields": [{"name": "a", "type": "date", "format": "any"}]})",
       "1:53 `format: any` is not checked by this version"},
      {R"({"fields": [{"name": "a"}], "primaryKey": "b"})", "1:43 this is no field of the schema"},
      {R"({"fields": [{"name": "a"}], "foreignKeys": [{}]})", "1:44 `foreignKeys` is not checked by this version"},
      {R"({"fields": [{"name": "a", "constraints": {"required": "true"}}]})", "1:55 `required` wants true or false"},
      {R"x({"fields": [{"name": "a", "constraints": {"pattern": "a)|(b"}}]})x",
       "1:54 the pattern \"a)|(b\" cannot be used"},
      {R"({"fields": [{"name": "a"}], "primaryKey": "a", "fieldsMatch": "superset"})",
       "1:43 `primaryKey beside this fieldsMatch` is not checked"},
      {R"({"fields": [{"name": "a", "type": "object", "constraints": {"jsonSchema": {}}}]})",
       "1:75 `constraints.jsonSchema` is not checked"},
  };
  for (const auto& [table, begins] : cases) {
    const std::vector<string> lines = said(table);
    ASSERT_EQ(lines.size(), 1U) << table;
    EXPECT_TRUE(lines[0].starts_with(begins)) << table << ": " << lines[0];
  }
}

TEST(TableLint, WhatIsNotBuiltMakesTheFilesUnverifiable) {
  const CompiledSet set = compile_contracts({{"c.yaml", "contract: c\ncsv: {schema: t.json}\n"},
                                             {"t.json", R"({"fields": [{"name": "a"}], "foreignKeys": [{}]})"}});
  ASSERT_NE(set.index, nullptr);
  EXPECT_EQ(set.index->match("a")->settings().unbuilt, std::vector<string>{"csv.schema"});
}

ContractSettings with_table(const string& table) {
  std::vector<LintMessage> messages;
  ContractSettings settings;
  settings.csv.compiled = schema::compile_table("t.json", table, messages);
  EXPECT_NE(settings.csv.compiled, nullptr);
  return settings;
}

TEST(TableFindings, NameRowColumnAndByteHoweverTheFileIsCut) {
  const ContractSettings settings =
      with_table(R"({"fields": [{"name": "id", "type": "integer"}, {"name": "note", "constraints": {"maxLength": 3}}],
                     "primaryKey": ["id"]})");
  const string text = "\xEF\xBB\xBFid,note\r\n1,abc\r\n,\"a\"\"bc\"\r\nx,\r\n1,\r\n";
  EXPECT_EQ(briefs_of(make_csv_checker, text, settings),
            (std::vector<string>{"table.primary_key 19 3 2", "table.max_length 20 3 2 #2 note",
                                 "table.type 29 4 3 #1 id", "table.primary_key 33 5 4"}));
  const auto findings = findings_of(make_csv_checker, {text}, settings);
  EXPECT_EQ(findings.at(1).message, "expected a length of at most 3, found 4");
  EXPECT_EQ(findings.at(2).message, "expected a value of the type integer, found \"x\"");
}

TEST(TableFindings, NoNumberWithoutEndIsWithinBounds) {
  const ContractSettings settings =
      with_table(R"({"fields": [{"name": "n", "type": "number", "constraints": {"minimum": 0, "maximum": 10}}]})");
  EXPECT_EQ(
      briefs_of(make_csv_checker, "n\n5\nINF\n-INF\nNaN\n", settings),
      (std::vector<string>{"table.maximum 4 3 2 #1 n", "safety.csv_formula 8 4 3 #1 n", "table.minimum 8 4 3 #1 n",
                           "table.maximum 13 5 4 #1 n", "table.minimum 13 5 4 #1 n"}));
}

TEST(TableFindings, AValueHasToBeInBothLists) {
  const ContractSettings settings =
      with_table(R"({"fields": [{"name": "n", "categories": ["a", "b"], "constraints": {"enum": ["b", "c"]}}]})");
  EXPECT_EQ(briefs_of(make_csv_checker, "n\na\nb\nc\n", settings),
            (std::vector<string>{"table.enum 2 2 1 #1 n", "table.enum 6 4 3 #1 n"}));
}

TEST(TableFindings, OfTablesWithoutHeaderGoByTheOrderOfFields) {
  ContractSettings settings = with_table(R"({"fields": [{"name": "id", "type": "integer"}]})");
  settings.csv.header = false;
  EXPECT_EQ(briefs_of(make_csv_checker, "1\nx\n", settings), (std::vector<string>{"table.type 2 2 2 #1"}));
}

TEST(TableBounds, KeysAboveTheirMemoryAreUnverifiable) {
  const ContractSettings settings = with_table(R"({"fields": [{"name": "id", "constraints": {"unique": true}}]})");
  string text = "id\n";
  for (int i = 0; i < 80'000; ++i) text += std::to_string(i) + "\n";
  const auto findings = findings_of(make_csv_checker, {text}, settings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "limit.memory");
  EXPECT_EQ(findings[0].severity, Severity::kUnverifiable);
  EXPECT_TRUE(findings_of(make_csv_checker, {text.substr(0, 100'000)}, settings).empty());
}

TEST(TableBounds, AnEndlessCellIsUnverifiable) {
  const ContractSettings settings = with_table(R"({"fields": [{"name": "id"}]})");
  const auto findings = findings_of(make_csv_checker, {"id\n" + string(300 << 10, 'x') + "\n"}, settings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "limit.cell");
}

}  // namespace
}  // namespace scalper::tests
