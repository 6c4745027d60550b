#include "model/record_json.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "support/records.h"

namespace scalper {
namespace {

TEST(RecordJson, GivesBackEveryMember) {
  for (const FileRecord& record : {full_record(), received_record("a"), FileRecord{}}) {
    const std::string text = record_to_json(record);
    EXPECT_TRUE(is_valid_utf8(text));
    const auto again = record_from_json(text);
    ASSERT_TRUE(again.ok()) << again.error().message();
    EXPECT_TRUE(*again == record) << text;
  }
}

TEST(RecordJson, IsSmallForAPlainFile) {
  const auto record = final_record("orders/2026/11/24/a.csv", "0192f0c1", FileStatus::kValid, WallTime{});
  EXPECT_LT(record_to_json(record).size(), 1024U);
}

TEST(RecordJson, PassesOverWhatItDoesNotKnow) {
  std::string text = record_to_json(received_record("a"));
  text.insert(1, R"("of_tomorrow":[1,{"x":null}],)");
  EXPECT_TRUE(record_from_json(text).ok());
}

TEST(RecordJson, RefusesWhatIsNoRecord) {
  const std::string good = record_to_json(full_record());
  for (const char* const text : {"", "null", "[]", "{}", R"({"schema":1})", R"({"schema":1,"id":7})"})
    EXPECT_TRUE(record_from_json(text).failed_with(ErrorCode::kCorrupt)) << text;
  for (std::size_t cut = 0; cut < good.size(); cut += 7)
    EXPECT_TRUE(record_from_json(good.substr(0, cut)).failed_with(ErrorCode::kCorrupt)) << cut;
  std::string newer = good;
  newer.replace(newer.find(R"("schema":1)"), 10, R"("schema":2)");
  EXPECT_TRUE(record_from_json(newer).failed_with(ErrorCode::kUnsupported));
}

// Each member in turn gets a value of another type: refused, or read as what it is, never a crash.
TEST(RecordJson, SurvivesMembersOfAnotherType) {
  const std::string good = record_to_json(full_record());
  for (std::size_t at = good.find("\":"); at != std::string::npos; at = good.find("\":", at + 1))
    for (const char* const value : {"7", "null", "[[]]", "{\"a\":{}}", "true", "\"x\""}) {
      const std::string text = good.substr(0, at + 2) + value + "," + good.substr(at + 2);
      [[maybe_unused]] const auto read = record_from_json(text);
    }
}

}  // namespace
}  // namespace scalper
