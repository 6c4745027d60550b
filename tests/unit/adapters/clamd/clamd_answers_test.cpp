#include "adapters/clamd/clamd_answers.h"

#include <gtest/gtest.h>

#include "adapters/clamd/clamd_socket.h"

namespace scalper {
namespace {

using Kind = ScanAnswer::Kind;

TEST(ClamdAnswers, OnlyOkIsClean) {
  EXPECT_EQ(scan_answer("stream: OK").kind, Kind::kClean);
  const ScanAnswer found = scan_answer("stream: Win.Test.EICAR_HDB-1 FOUND");
  EXPECT_EQ(found.kind, Kind::kFound);
  EXPECT_EQ(found.what, "Win.Test.EICAR_HDB-1");
  for (const char* name :
       {"Heuristics.Limits.Exceeded.MaxFileSize", "Heuristics.Limits.Exceeded.MaxScanTime", "Heuristics.Encrypted.Zip",
        "Heuristics.Email.ExceedsMax.EmailMIMEPartsPerMessage", "(null)"})
    EXPECT_EQ(scan_answer("stream: " + std::string(name) + " FOUND").kind, Kind::kUnscanned) << name;
  EXPECT_EQ(scan_answer("INSTREAM size limit exceeded. ERROR").kind, Kind::kUnscanned);
  for (const char* text :
       {"", "OK", "stream: ok", "stream: OK ", "stream:  FOUND", "stream: Can't allocate memory ERROR",
        "COMMAND READ TIMED OUT", "stream: OK\n", "1: stream: OK", "FOUND"})
    EXPECT_EQ(scan_answer(text).kind, Kind::kFailed) << text;
  EXPECT_EQ(scan_answer("stream: \x1b[2J FOUND").what, "\\x1B[2J");
}

TEST(ClamdAnswers, HaveTheirCommandsNumber) {
  const auto answer = parse_clamd_answer("12: stream: OK");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, 12U);
  EXPECT_EQ(answer->text, "stream: OK");
  for (const char* line : {"", "stream: OK", "1", "1:", "1 : x", "-1: x", "99999999999: x", ": x"})
    EXPECT_FALSE(parse_clamd_answer(line)) << line;
}

TEST(ClamdAnswers, OnlyAnAlertSaysThatItAlerts) {
  EXPECT_TRUE(alerts_beyond_limits("stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND"));
  EXPECT_FALSE(alerts_beyond_limits("stream: OK"));
  EXPECT_FALSE(alerts_beyond_limits("stream: Heuristics.Limits.Exceeded.MaxRecursion OK"));
  EXPECT_FALSE(alerts_beyond_limits("stream: Other FOUND"));
}

TEST(ClamdAddresses, AreOfThisMachine) {
  EXPECT_EQ(parse_clamd_address("/run/clamav/clamd.ctl")->path, "/run/clamav/clamd.ctl");
  EXPECT_EQ(parse_clamd_address("localhost:3310")->port, 3310);
  EXPECT_EQ(parse_clamd_address("127.0.0.1:1")->host, "127.0.0.1");
  EXPECT_EQ(parse_clamd_address("[::1]:65535")->host, "::1");
  for (const std::string& text :
       {std::string(), std::string("clamd.ctl"), std::string("192.168.0.1:3310"), std::string("clamav:3310"),
        std::string("127.0.0.1:0"), std::string("127.0.0.1:65536"), std::string("127.0.0.1:33x"),
        std::string("127.0.0.1:"), "/" + std::string(200, 'x')})
    EXPECT_TRUE(parse_clamd_address(text).failed_with(ErrorCode::kInvalidArgument)) << text;
}

}  // namespace
}  // namespace scalper
