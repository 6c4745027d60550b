#include "adapters/aws/emf_telemetry.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <limits>
#include <thread>

#include "support/emf_check.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::string_view kGood =
    R"({"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["D"]],)"
    R"("Metrics":[{"Name":"A","Unit":"Count"}]}]},"D":"d","A":1})";

std::string with(std::string_view from, std::string_view to) {
  std::string line(kGood);
  const std::size_t at = line.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return line.replace(at, from.size(), to);
}

// The judge itself: one fault a line, each found.
TEST(EmfCheck, FindsEveryFault) {
  EXPECT_TRUE(emf_problems(kGood).empty()) << emf_problems(kGood)[0];
  EXPECT_TRUE(emf_problems(with("\"A\":1", "\"A\":[1,2.5]")).empty());
  std::string many = "[1";
  for (int i = 0; i < 100; ++i) many += ",1";
  for (const std::string& bad : {with("{\"_aws\"", "x{\"_aws\""),
                                 with("_aws", "_AWS"),
                                 with("\"Timestamp\":1,", ""),
                                 with(":1,\"Cl", ":\"1\",\"Cl"),
                                 with("\"Timestamp\":1", "\"Timestamp\":1,\"More\":2"),
                                 with("\"N\"", "\"\""),
                                 with("\"N\"", "\"AWS/Lambda\""),
                                 with("\"N\"", "\"a*b\""),
                                 with("[[\"D\"]]", "[]"),
                                 with("[[\"D\"]]", "[\"D\"]"),
                                 with("[\"D\"]", "[\"E\"]"),
                                 with("\"D\":\"d\"", "\"D\":\"\""),
                                 with("\"D\":\"d\"", "\"D\":1"),
                                 with("\"D\":\"d\"", "\"D\":\"\\u00fc\""),
                                 with("\"Count\"", "\"Pieces\""),
                                 with("\"Name\":\"A\"", "\"Name\":\"B\""),
                                 with("\"A\":1", "\"A\":\"1\""),
                                 with("\"A\":1", "\"A\":[]"),
                                 with("\"A\":1", "\"A\":" + many + "]"),
                                 with("\"A\":1", "\"A\":[null]"),
                                 with("{\"Name\":\"A\",\"Unit\":\"Count\"}", "{\"Name\":\"A\"},{\"Name\":\"A\"}"),
                                 with("\"Unit\":\"Count\"", "\"Unit\":\"Count\",\"StorageResolution\":5"),
                                 std::string(kGood) + "\n"})
    EXPECT_FALSE(emf_problems(bad).empty()) << bad;
}

class EmfTelemetryTest : public testing::Test {
 protected:
  EmfTelemetryTest() : fd_(::open(path_.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600)) {}
  ~EmfTelemetryTest() override { ::close(fd_); }

  std::vector<std::string> lines() {
    std::string all;
    std::array<char, 65536> piece{};
    for (::off_t at = 0;;) {
      const auto got = ::pread(fd_, piece.data(), piece.size(), at);
      if (got <= 0) break;
      all.append(piece.data(), static_cast<std::size_t>(got));
      at += got;
    }
    std::vector<std::string> found;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = all.find('\n', at);
      EXPECT_NE(end, std::string::npos) << "a line without its end";
      if (end == std::string::npos) break;
      found.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    return found;
  }
  // The lines with metrics, each judged.
  std::vector<json::object> metrics() {
    std::vector<json::object> found;
    for (const std::string& line : lines()) {
      json::value value = json::parse(line);
      if (!value.as_object().contains("_aws")) continue;
      for (const std::string& problem : emf_problems(line)) ADD_FAILURE() << problem << " in " << line;
      found.push_back(value.as_object());
    }
    return found;
  }

  TempDir dir_;
  const std::string path_ = (dir_.path() / "out").string();
  FakeClock clock_;
  int fd_;
  EmfTelemetry telemetry_{fd_, clock_, {.pipeline = "orders"}};
};

TEST_F(EmfTelemetryTest, WritesOneLineABatch) {
  for (int i = 0; i < 10; ++i) {
    telemetry_.count(names::kFilesValid, 1, "orders-v1");
    telemetry_.count(names::kBytesValidated, 1e6, "orders-v1");
    telemetry_.observe(names::kValidateDuration, 0.25, "orders-v1");
    telemetry_.observe(names::kProcessDuration, 12, "orders-v1");
  }
  EXPECT_TRUE(lines().empty()) << "nothing before the batch ends";
  telemetry_.flush();
  telemetry_.flush();
  const auto found = metrics();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(lines().size(), 1U);
  const json::object& line = found[0];
  EXPECT_EQ(line.at("Pipeline").as_string(), "orders");
  EXPECT_EQ(line.at("Contract").as_string(), "orders-v1");
  EXPECT_EQ(line.at("FilesValid").as_int64(), 10);
  EXPECT_EQ(line.at("BytesValidated").as_int64(), 10000000);
  EXPECT_EQ(line.at("ValidateDuration").as_array().size(), 10U);
  EXPECT_EQ(line.at("ValidateDuration").as_array()[0].as_double(), 0.25);
  EXPECT_EQ(line.at("_aws").at("Timestamp").as_int64(), clock_.wall_now().time_since_epoch().count());
  const json::value& directive = line.at("_aws").at("CloudWatchMetrics").at(0);
  EXPECT_EQ(directive.at("Namespace").as_string(), "SilentScalper");
  EXPECT_EQ(json::serialize(directive.at("Dimensions")), R"([["Pipeline"],["Pipeline","Contract"]])");
  EXPECT_EQ(json::serialize(directive.at("Metrics")),
            R"([{"Name":"FilesValid","Unit":"Count"},{"Name":"BytesValidated","Unit":"Bytes"},)"
            R"({"Name":"ValidateDuration","Unit":"Milliseconds"},{"Name":"ProcessDuration","Unit":"Milliseconds"}])");
}

TEST_F(EmfTelemetryTest, KnowsEveryNameAndKeepsThoseWithoutAContractApart) {
  for (const std::string_view metric : names::kCounters) telemetry_.count(metric, 2, "");
  for (const std::string_view metric : names::kDistributions) telemetry_.observe(metric, 1e9, "");
  telemetry_.count(names::kFilesInvalid, 1, "a");
  telemetry_.flush();
  const auto found = metrics();
  ASSERT_EQ(found.size(), 2U);
  for (const std::string_view metric : names::kCounters) EXPECT_EQ(found[0].at(metric).as_int64(), 2) << metric;
  EXPECT_FALSE(found[0].contains("Contract"));
  EXPECT_EQ(json::serialize(found[0].at("_aws").at("CloudWatchMetrics").at(0).at("Dimensions")), R"([["Pipeline"]])");
  EXPECT_EQ(found[1].at("Contract").as_string(), "a");
  EXPECT_FALSE(found[1].contains("FilesValid")) << "nothing that was not counted";
}

TEST_F(EmfTelemetryTest, WritesAtMost100ValuesALineWithoutAFlush) {
  for (int i = 0; i < 250; ++i) telemetry_.observe(names::kProcessDuration, i, "a");
  EXPECT_EQ(metrics().size(), 2U);
  telemetry_.flush();
  const auto found = metrics();
  ASSERT_EQ(found.size(), 3U);
  int next = 0;
  for (const json::object& line : found)
    for (const json::value& value : line.at("ProcessDuration").as_array()) EXPECT_EQ(value.as_int64(), next++);
  EXPECT_EQ(next, 250);
}

TEST_F(EmfTelemetryTest, BoundsTheContracts) {
  for (int i = 0; i < 50; ++i) telemetry_.count(names::kFilesValid, 1, "c" + std::to_string(i));
  telemetry_.flush();
  std::int64_t all = 0;
  const auto found = metrics();
  EXPECT_EQ(found.size(), EmfTelemetry::kMaxContracts + 1);
  for (const json::object& line : found) {
    all += line.at("FilesValid").as_int64();
    if (line.at("Contract").as_string() == "other") {
      EXPECT_EQ(line.at("FilesValid").as_int64(), 30);
    }
  }
  EXPECT_EQ(all, 50);
}

TEST_F(EmfTelemetryTest, LeavesOutWhatIsNoNumber) {
  telemetry_.observe(names::kProcessDuration, std::numeric_limits<double>::quiet_NaN(), "");
  telemetry_.count(names::kBytesValidated, std::numeric_limits<double>::infinity(), "");
  telemetry_.flush();
  EXPECT_TRUE(lines().empty());
  telemetry_.count(names::kBytesValidated, 1e300, "");
  telemetry_.observe(names::kProcessDuration, 1e-9, "");
  telemetry_.flush();
  EXPECT_EQ(metrics().size(), 1U);
}

TEST_F(EmfTelemetryTest, WritesOneLineAnEventWhateverItSays) {
  telemetry_.begin_invocation("id-1", true);
  telemetry_.log({LogLevel::kDebug, "too_low", {}});
  telemetry_.log({LogLevel::kInfo,
                  "file_final",
                  {{"key", std::string("a\nb\"},{\"_aws\":{}}\r\x1b[0m\xff")}, {"bytes", std::int64_t{7}}}});
  telemetry_.begin_invocation("", false);
  telemetry_.log({LogLevel::kError, "later", {}});
  const auto found = lines();
  ASSERT_EQ(found.size(), 2U);
  const json::value first = json::parse(found[0]);
  EXPECT_EQ(first.at("event").as_string(), "file_final");
  EXPECT_EQ(first.at("bytes").as_int64(), 7);
  EXPECT_EQ(first.at("request_id").as_string(), "id-1");
  EXPECT_TRUE(first.at("cold_start").as_bool());
  EXPECT_FALSE(first.as_object().contains("_aws"));
  EXPECT_FALSE(json::parse(found[1]).as_object().contains("request_id"));
}

TEST_F(EmfTelemetryTest, FlushesAtItsEnd) {
  {
    EmfTelemetry ending(fd_, clock_, {.pipeline = "p"});
    ending.count(names::kColdStart, 1, "");
  }
  ASSERT_EQ(metrics().size(), 1U);
}

// Suites named ...Threads... also run under the thread sanitizer.
TEST_F(EmfTelemetryTest, ThreadsMixNoLines) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        telemetry_.log({LogLevel::kInfo, "n", {{"text", std::string(5000, 'x')}}});
        telemetry_.count(names::kFilesValid, 1, i % 2 == 0 ? "a" : "b");
        telemetry_.observe(names::kProcessDuration, 1, "");
      }
    });
  for (std::thread& thread : threads) thread.join();
  telemetry_.flush();
  std::int64_t files = 0;
  std::size_t values = 0;
  for (const json::object& line : metrics()) {
    if (const json::value* const counted = line.if_contains("FilesValid")) files += counted->as_int64();
    if (const json::value* const all = line.if_contains("ProcessDuration")) values += all->as_array().size();
  }
  EXPECT_EQ(files, 800);
  EXPECT_EQ(values, 800U);
  EXPECT_EQ(telemetry_.lost_lines(), 0U);
}

TEST(EmfTelemetryPipe, LosesLinesThatNobodyReadsAndSaysSoLater) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  FakeClock clock;
  std::string read;
  {
    EmfTelemetry telemetry(ends[1], clock, {});
    const auto say = [&] { telemetry.log({LogLevel::kInfo, "n", {{"text", std::string(4000, 'x')}}}); };
    int said = 0;
    for (; telemetry.lost_lines() == 0 && said < 1000; ++said) say();
    ASSERT_GT(telemetry.lost_lines(), 0U);
    say();
    EXPECT_EQ(telemetry.lost_lines(), 2U);
    std::string piece(std::size_t{1} << 20U, 0);
    const auto got = ::read(ends[0], piece.data(), piece.size());
    ASSERT_GT(got, 0);
    read.append(piece.data(), static_cast<std::size_t>(got));
    say();
    EXPECT_EQ(telemetry.lost_lines(), 2U);
    const auto rest = ::read(ends[0], piece.data(), piece.size());
    ASSERT_GT(rest, 0);
    read.append(piece.data(), static_cast<std::size_t>(rest));
  }
  EXPECT_NE(read.find(R"("event":"log_lines_lost","lines":2})"), std::string::npos);
  std::size_t whole = 0;
  for (std::size_t at = 0; at < read.size();) {
    const std::size_t end = read.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    boost::system::error_code failed;
    static_cast<void>(json::parse(read.substr(at, end - at), failed));
    whole += failed ? 0 : 1;
    at = end + 1;
  }
  EXPECT_GE(whole, 3U);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace scalper::aws
