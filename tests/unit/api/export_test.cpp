#include "api/export.h"

#include <gtest/gtest.h>

#include <set>

#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

std::vector<string> lines_of(const string& text) {
  std::vector<string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_NE(end, string::npos) << "the last line has an end too";
    if (end == string::npos) break;
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

struct Export : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  void arrive_many(std::size_t count) {
    FileRecord record = *gate.record(arrive(gate, "first", "text"));
    for (std::size_t i = 0; i < count; ++i) {
      record.origin.key = ObjectKey{"many/" + std::to_string(i)};
      record.id = file_id(record.origin);
      record.revision = 1;
      ASSERT_TRUE(gate.records.put(gate.context(), record, WriteGuard::if_absent()).ok());
    }
  }
  string text(const string& target, CallContext context = {}) {
    auto reply = client.ask("GET", target);
    if (auto* refused = std::get_if<api::Complete>(&reply)) return refused->body;
    auto& stream = std::get<api::Stream>(reply);
    type = stream.content_type;
    const auto all = drain(context, *stream.body);
    EXPECT_TRUE(all.ok());
    return *all;
  }
  string type;
};

TEST(CsvField, NoFieldIsAFormulaOrEndsItsRow) {
  struct Case {
    string text;
    string field;
  };
  const std::vector<Case> cases = {
      {"", ""},
      {"plain", "plain"},
      {"a,b", "\"a,b\""},
      {"say \"x\"", "\"say \"\"x\"\"\""},
      {"=1+1", "\"'=1+1\""},
      {"+1", "\"'+1\""},
      {"-1", "\"'-1\""},
      {"@x", "\"'@x\""},
      {"\t=x", "\"'\\t=x\""},
      {"\r=x", "\"'\\r=x\""},
      {"\xEF\xBC\x9D"
       "1",
       "\"'\xEF\xBC\x9D"
       "1\""},
      {"a\r\nb", "a\\r\\nb"},
      {string("a\0b", 3), "a\\x00b"},
      {"k\xff", "k\\xFF"},
      {"a;b", "\"a;b\""},
  };
  for (const Case& c : cases) EXPECT_EQ(api::csv_field(c.text), c.field) << c.text;
}

TEST_F(Export, WritesEveryRecordOnceOverPagesAndSaysThatItIsTheEnd) {
  arrive_many(450);
  const auto lines = lines_of(text("/v1/files?format=ndjson&prefix=many/"));
  ASSERT_EQ(lines.size(), 451U);
  EXPECT_EQ(type, "application/x-ndjson");
  std::set<string> ids;
  for (std::size_t i = 0; i < 450; ++i) ids.emplace(boost::json::parse(lines[i]).at("id").as_string());
  EXPECT_EQ(ids.size(), 450U);
  EXPECT_EQ(lines.back(), R"({"end":true})");
  const auto rows = lines_of(text("/v1/files?format=csv&prefix=many/"));
  ASSERT_EQ(rows.size(), 452U);
  EXPECT_TRUE(type.starts_with("text/csv"));
  EXPECT_TRUE(rows.front().starts_with("id,key,status,"));
  EXPECT_TRUE(rows.back().starts_with("#end,"));
  const auto commas = std::ranges::count(rows.front(), ',');
  for (const string& row : rows) EXPECT_EQ(std::ranges::count(row, ','), commas) << row;
}

TEST_F(Export, EndsAtALimitWithACursorThatGoesOn) {
  arrive_many(450);
  auto lines = lines_of(text("/v1/files?format=ndjson&prefix=many/&limit=250"));
  ASSERT_EQ(lines.size(), 251U);
  std::set<string> ids;
  for (std::size_t i = 0; i < 250; ++i) ids.emplace(boost::json::parse(lines[i]).at("id").as_string());
  const auto last = boost::json::parse(lines.back());
  EXPECT_FALSE(last.at("end").as_bool());
  const string cursor(last.at("next_cursor").as_string());
  lines = lines_of(text("/v1/files?format=ndjson&prefix=many/&cursor=" + cursor));
  ASSERT_EQ(lines.size(), 201U);
  for (std::size_t i = 0; i < 200; ++i) ids.emplace(boost::json::parse(lines[i]).at("id").as_string());
  EXPECT_EQ(ids.size(), 450U);
  const auto rows = lines_of(text("/v1/files?format=csv&prefix=many/&limit=3"));
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_TRUE(rows.back().starts_with("#more,"));
}

TEST_F(Export, EndsBeforeAHostCarriesNoMoreOrTimeIsUp) {
  arrive_many(450);
  client.service().most_streamed = 1000;
  auto lines = lines_of(text("/v1/files?format=ndjson"));
  EXPECT_EQ(lines.size(), 201U);
  EXPECT_FALSE(boost::json::parse(lines.back()).at("end").as_bool());
  client.service().most_streamed = UINT64_MAX;
  CallContext late;
  late.deadline = gate.clock.mono_now() + Millis{std::chrono::seconds{4}};
  lines = lines_of(text("/v1/files?format=ndjson", late));
  EXPECT_EQ(lines.size(), 201U);
  EXPECT_FALSE(boost::json::parse(lines.back()).at("end").as_bool());
}

TEST_F(Export, WhatCannotBeReadAtAllIsAProblem) {
  arrive_many(3);
  EXPECT_NE(text("/v1/files?format=xml").find("invalid_argument"), string::npos);
  EXPECT_NE(text("/v1/files?format=csv&limit=0").find("invalid_argument"), string::npos);
  EXPECT_NE(text("/v1/files?format=ndjson&limit=1001").find("invalid_argument"), string::npos);
  const auto page = client.get("/v1/files?limit=1");
  string cursor(page.at("next_cursor").as_string());
  cursor.back() = cursor.back() == '0' ? '1' : '0';
  EXPECT_NE(text("/v1/files?format=csv&cursor=" + cursor).find("invalid_argument"), string::npos);
}

TEST_F(Export, HostileKeysStayInTheirField) {
  arrive(gate, "=cmd|' /C calc'!A0\r\nnext,row", "text");
  const auto rows = lines_of(text("/v1/files?format=csv"));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_NE(rows[1].find(R"(,"'=cmd|' /C calc'!A0\r\nnext,row",valid,)"), string::npos) << rows[1];
}

TEST_F(Export, FiltersByFindingCodeInBoundedReads) {
  arrive(gate, "bad.bin", bad_bytes());
  const auto all = client.get("/v1/files?status=unverifiable");
  const string code(all.at("files").at(0).at("codes").at(0).as_string());
  arrive_many(1500);
  EXPECT_EQ(client.get("/v1/files?prefix=bad&code=" + code).at("files").as_array().size(), 1U);
  EXPECT_TRUE(client.get("/v1/files?prefix=bad&code=csv.row_width").at("files").as_array().empty());
  // More than a call reads: short pages, and a cursor until the one is found.
  std::size_t found = 0;
  std::size_t calls = 0;
  string cursor;
  do {
    const auto page = client.get("/v1/files?limit=10&code=" + code + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(client.status, 200);
    found += page.at("files").as_array().size();
    const auto* next = page.as_object().if_contains("next_cursor");
    cursor = next == nullptr ? string() : string(next->as_string());
    ++calls;
  } while (!cursor.empty());
  EXPECT_EQ(found, 1U);
  EXPECT_EQ(calls, 2U);
  for (const char* bad : {"x", ".x", "x.", "a.b.c", "A.b", "a%20.b"})
    EXPECT_EQ(client.code("GET", string("/v1/files?code=") + bad), "invalid_argument") << bad;
}

}  // namespace
}  // namespace scalper
