// Parquet: where findings are said to be, and what a contract demands of columns and rows. The files are those of
// tests/cases/make_parquet.py.
#include "validate/formats/parquet.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "support/suites.h"
#include "validate/schema/table_schema.h"

namespace scalper::tests {
namespace {

using Briefs = std::vector<std::string>;

std::string bytes_of(const std::string& name) {
  return read_file(std::filesystem::path(SCALPER_SOURCE_DIR) / "tests" / "cases" / "files" / "parquet" / name);
}

Briefs briefs(const std::string& name, const ContractSettings& settings = {}) {
  return briefs_of(make_parquet_checker, bytes_of(name), settings);
}

ContractSettings with_schema(std::string_view json) {
  std::vector<LintMessage> messages;
  ContractSettings settings;
  settings.parquet.compiled = schema::compile_table("t.json", json, messages);
  EXPECT_TRUE(messages.empty());
  return settings;
}

TEST(Parquet, FindingsNameTheirPlace) {
  const std::size_t page = 35;  // a header and three numbers
  const std::size_t begin = 4;
  const auto at = [](std::size_t byte) { return std::to_string(byte); };
  const std::vector<std::pair<std::string, Briefs>> cases = {
      {"cut_end.parquet", {"parquet.truncated " + at(bytes_of("cut_end.parquet").size()) + " -"}},
      {"page_none.parquet", {"parquet.page 4 - n"}},
      {"page_values.parquet", {"parquet.page 4 - n"}},
      {"checksum.parquet", {"parquet.checksum 4 - n"}},
      {"checksum_second.parquet", {"parquet.checksum " + at(begin + page) + " - n"}},
      {"dictionary_late.parquet", {"parquet.page " + at(begin + page) + " - n"}},
      {"column_inside.parquet", {"parquet.page 6 - n"}},
      {"gap.parquet", {"parquet.gap " + at(begin + page) + " -"}},
      {"unclaimed.parquet", {"parquet.unclaimed " + at(begin + page) + " -"}},
      {"footer_zero.parquet", {"parquet.footer " + at(bytes_of("footer_zero.parquet").size() - 8) + " -"}},
  };
  for (const auto& [name, expected] : cases) EXPECT_EQ(briefs(name), expected) << name;
}

TEST(Parquet, NamesOfColumnsAreThoseOfTheContract) {
  const std::string_view both = R"({"fields": [{"name": "n", "type": "integer"}, {"name": "t"}]})";
  const std::string_view swapped = R"({"fields": [{"name": "t"}, {"name": "n", "type": "integer"}]})";
  EXPECT_EQ(briefs("two_columns.parquet", with_schema(both)), Briefs{});
  EXPECT_EQ(briefs("two_columns.parquet", with_schema(swapped)).size(), 2U);
  EXPECT_EQ(briefs("two_columns.parquet", with_schema(R"({"fields": [{"name": "n", "type": "integer"}]})")).size(), 1U);
  EXPECT_EQ(briefs("one.parquet", with_schema(both)).size(), 1U);
  EXPECT_EQ(briefs("two_columns.parquet", with_schema(R"({"fieldsMatch": "subset", "fields": [{"name": "t"}]})")),
            Briefs{});
}

TEST(Parquet, TypesOfColumnsAreThoseOfTheContract) {
  const auto of = [](const std::string& name, const std::string& type) {
    const Briefs found = briefs(
        name, with_schema(R"({"fieldsMatch": "subset", "fields": [{"name": ")" +
                          std::string(name == "nested.parquet" ? "l" : "n") + R"(", "type": ")" + type + "\"}]}"));
    return found.empty() ? "" : found[0].substr(0, found[0].find(' '));
  };
  for (const char* const type : {"integer", "number", "any", "year"}) EXPECT_EQ(of("one.parquet", type), "") << type;
  for (const char* const type : {"string", "boolean", "date", "datetime", "time", "object", "array", "list"}) {
    EXPECT_EQ(of("one.parquet", type), "parquet.type") << type;
  }
  EXPECT_EQ(of("decimal.parquet", "number"), "");
  EXPECT_EQ(of("decimal.parquet", "integer"), "parquet.type");
  EXPECT_EQ(of("nested.parquet", "array"), "");
  EXPECT_EQ(of("nested.parquet", "integer"), "parquet.type");
}

TEST(Parquet, WhatASchemaDemandsOfValuesIsNotCalledChecked) {
  const auto of = [](const std::string& constraints) {
    return briefs("two_columns.parquet", with_schema(R"({"fieldsMatch": "subset", "fields": [)" + constraints + "]}"));
  };
  EXPECT_EQ(of(R"({"name": "n", "type": "integer", "constraints": {"required": true}})"), Briefs{});
  EXPECT_EQ(of(R"({"name": "t", "constraints": {"required": true}})").size(), 1U);
  EXPECT_EQ(of(R"({"name": "n", "type": "integer", "constraints": {"minimum": 0}})").size(), 1U);
}

TEST(Parquet, RowsAreCountedForTheContract) {
  ContractSettings settings;
  settings.parquet.max_rows = 3;
  EXPECT_EQ(briefs("one.parquet", settings), Briefs{});
  settings.parquet.max_rows = 2;
  EXPECT_EQ(briefs("one.parquet", settings).size(), 1U);
}

TEST(Parquet, TakesItsMemoryFromTheBudget) {
  Findings findings(10);
  Budget budget(100'000);
  const ContractSettings settings;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  const auto checker = make_parquet_checker(layer);
  checker->feed(as_bytes("PAR1"));
  checker->finish();
  ASSERT_EQ(findings.kept().size(), 1U);
  EXPECT_EQ(findings.kept()[0].code, "limit.memory");
}

}  // namespace
}  // namespace scalper::tests
