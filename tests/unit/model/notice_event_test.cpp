#include "model/notice_event.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/escape.h"
#include "support/records.h"

namespace scalper {
namespace {

namespace json = boost::json;

json::object parsed(const NoticeEvent& event) { return json::parse(event.text).as_object(); }

TEST(NoticeEvent, IsACloudEventWithTheRecordAsCallersSeeIt) {
  FileRecord record = final_record("orders/a.csv", "7", FileStatus::kInvalid, WallTime{Millis{1'700'000'000'000}});
  record.owner = OwnerToken{"secret-owner"};
  record.upload_id = UploadId{"secret-upload"};
  const NoticeEvent event = notice_event(record.id.value() + ".0", "orders", record);
  const json::object told = parsed(event);
  EXPECT_EQ(told.at("specversion"), "1.0");
  EXPECT_EQ(told.at("id").as_string(), record.id.value() + ".0");
  EXPECT_EQ(told.at("source"), "/silent-scalper/orders");
  EXPECT_EQ(told.at("type"), "silentscalper.file.invalid");
  EXPECT_EQ(told.at("subject"), "orders/a.csv");
  EXPECT_EQ(told.at("time"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(told.at("datacontenttype"), "application/json");
  EXPECT_EQ(told.at("data").at("status"), "invalid");
  EXPECT_EQ(told.at("data").at("id").as_string(), record.id.value());
  EXPECT_FALSE(told.contains("cut"));
  EXPECT_FALSE(told.contains("traceparent")) << "nobody knows of a trace";
  EXPECT_EQ(event.text.find("secret"), std::string::npos) << "owners and uploads are nobody's business";
}

TEST(NoticeEvent, SpeaksAsciiWhateverTheKey) {
  for (const std::string& key : {std::string("a\xff\x01\n b", 6), std::string("\xef\xbf\xbe\xf0\x9f\x98\x80\\x"),
                                 std::string("\xe2\x80\xae"
                                             "cod.exe"),
                                 std::string("\xef\xb7\x90")}) {
    const FileRecord record = final_record(key, "1", FileStatus::kValid, WallTime{Millis{1}});
    const NoticeEvent event = notice_event("x", "p", record);
    for (const char c : event.text) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << event.text;
    EXPECT_EQ(parsed(event).at("subject").as_string(), escape_text(key, 4096));
  }
}

// CloudEvents, "Type System": strings hold no control characters, no surrogates and no noncharacters.
TEST(NoticeEvent, SubjectsHoldNoCharacterThatCloudEventsForbids) {
  const FileRecord record = final_record("a\x7f\xc2\x9f\xef\xbf\xbf\xef\xb7\xaf\xf4\x8f\xbf\xbe", "1",
                                         FileStatus::kValid, WallTime{Millis{1}});
  EXPECT_EQ(parsed(notice_event("x", "p", record)).at("subject"), "a\\x7F\\u{9F}\\u{FFFF}\\u{FDEF}\\u{10FFFE}");
}

TEST(NoticeEvent, LeavesOutTheHistoryThenTheFindings) {
  FileRecord record = full_record();
  ASSERT_TRUE(record.decision.has_value());
  HistoryEntry entry;
  entry.codes = std::string(50000, 'c');
  record.history.assign(6, entry);
  NoticeEvent event = notice_event("x", "p", record);
  EXPECT_LE(event.text.size(), kMaxNoticeBytes);
  EXPECT_EQ(event.cut, "history");
  EXPECT_EQ(parsed(event).at("cut"), "history");
  EXPECT_TRUE(parsed(event).at("data").at("history").as_array().empty());
  EXPECT_FALSE(parsed(event).at("data").at("verdict").at("findings").as_array().empty());
  Finding finding;
  finding.code = "csv.row_width";
  finding.message = std::string(300000, 'm');
  record.decision->verdict.findings = {finding};
  event = notice_event("x", "p", record);
  EXPECT_LE(event.text.size(), kMaxNoticeBytes);
  EXPECT_EQ(event.cut, "findings");
  EXPECT_EQ(parsed(event).at("data").at("id").as_string(), record.id.value());
}

}  // namespace
}  // namespace scalper
