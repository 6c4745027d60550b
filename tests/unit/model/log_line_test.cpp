#include "model/log_line.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

namespace scalper {
namespace {

namespace json = boost::json;

LogEvent event_of(std::string text) { return {LogLevel::kInfo, "seen", {{"key", std::move(text)}}}; }

TEST(LogLine, HasTimeLevelAndEventFirstAndFieldsInTheirOrder) {
  const LogEvent event{LogLevel::kWarning,
                       "settle_failed",
                       {{"z", std::int64_t{-5}}, {"a", true}, {"real", 0.5}, {"text", std::string("x")}}};
  EXPECT_EQ(log_line(event, WallTime{Millis{0}}),
            R"({"timestamp":"1970-01-01T00:00:00.000Z","level":"warning","event":"settle_failed",)"
            R"("z":-5,"a":true,"real":0.5,"text":"x"})"
            "\n");
}

TEST(LogLine, IsOneLineOfPrintableAsciiWhateverComes) {
  const std::string hostile[] = {
      "a\nb\r\t\x1b[31m\x7f",   "quote\" back\\slash", "caf\xc3\xa9 \xe2\x80\xae \xf0\x9f\x98\x80",
      std::string("nul\0x", 5), "bad\xff\xc0\x80",     std::string(100000, '\\')};
  for (const std::string& text : hostile) {
    const std::string line = log_line(event_of(text), WallTime{});
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    for (const char c : line.substr(0, line.size() - 1)) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << line;
    const json::value value = json::parse(line);
    if (text.size() < 100 && text.find('\xff') == std::string::npos) {
      EXPECT_EQ(value.at("key").as_string(), text) << "what is UTF-8 can be read back exactly";
    }
    EXPECT_LE(line.size(), 6 * kMaxLogText);
  }
  EXPECT_EQ(json::parse(log_line(event_of("bad\xff"), WallTime{})).at("key").as_string(), "bad\\xFF");
}

TEST(LogLine, HasNullForNumbersThatJsonHasNot) {
  const LogEvent event{
      LogLevel::kInfo,
      "e",
      {{"a", std::numeric_limits<double>::infinity()}, {"b", std::numeric_limits<double>::quiet_NaN()}}};
  const json::value value = json::parse(log_line(event, WallTime{}));
  EXPECT_TRUE(value.at("a").is_null());
  EXPECT_TRUE(value.at("b").is_null());
}

}  // namespace
}  // namespace scalper
