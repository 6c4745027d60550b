#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <future>
#include <sstream>

#include "adapters/local/local_telemetry.h"
#include "adapters/local/posix.h"
#include "model/prometheus_names.h"
#include "model/telemetry_names.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

namespace json = boost::json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(LogFile, TurnsOverBySizeAndKeepsSoMany) {
  TempDir dir;
  const auto path = dir.path() / "gate.jsonl";
  auto sink = open_log_file(path, {.bytes = 10, .kept = 2});
  ASSERT_TRUE(sink.ok());
  for (const char* line : {"aaaaaaa\n", "bbbbbbb\n", "ccccccc\n", "ddddddd\n", "e\n"})
    ASSERT_TRUE((*sink)->write(line, {}).ok());
  EXPECT_EQ(read_file(path), "ddddddd\ne\n");
  EXPECT_EQ(read_file(path.string() + ".1"), "ccccccc\n");
  EXPECT_EQ(read_file(path.string() + ".2"), "bbbbbbb\n");
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".3"));
}

TEST(LogFile, GoesOnWhereAnEarlierRunStoppedAndAfterSomebodyMovedItAway) {
  TempDir dir;
  const auto path = dir.path() / "gate.jsonl";
  { std::ofstream(path) << "before\n"; }
  auto sink = open_log_file(path);
  ASSERT_TRUE(sink.ok());
  ASSERT_TRUE((*sink)->write("one\n", {}).ok());
  EXPECT_EQ(read_file(path), "before\none\n");
  std::filesystem::rename(path, dir.path() / "away");
  ASSERT_TRUE((*sink)->write("two\n", {}).ok());
  EXPECT_EQ(read_file(path), "two\n");
}

TEST(LogFile, DoesNotFollowALink) {
  TempDir dir;
  { std::ofstream(dir.path() / "target"); }
  std::filesystem::create_symlink("target", dir.path() / "gate.jsonl");
  EXPECT_FALSE(open_log_file(dir.path() / "gate.jsonl").ok());
}

TEST(LocalTelemetryTest, WritesWhatIsAtLeastItsLevelInOrderBeforeItEnds) {
  TempDir dir;
  FakeClock clock;
  const auto path = dir.path() / "log";
  {
    LocalTelemetry telemetry(*open_log_file(path), clock, {.least = LogLevel::kWarning});
    telemetry.log({LogLevel::kInfo, "quiet", {}});
    for (int i = 0; i < 1000; ++i) telemetry.log({LogLevel::kError, "n", {{"i", std::int64_t{i}}}});
  }
  std::istringstream lines(read_file(path));
  std::string line;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(json::parse(line).at("i").as_int64(), i);
  }
  EXPECT_FALSE(std::getline(lines, line));
}

// A sink that fails until told otherwise.
class BrokenSink final : public LogSink {
 public:
  explicit BrokenSink(std::string& written) : written_(written) {}
  Result<void> write(std::string_view lines, const std::stop_token& /*give_up*/) override {
    if (failures_ > 0) {
      --failures_;
      seen_.set_value();
      return Error(ErrorCode::kNoSpace, "full");
    }
    written_ += lines;
    return {};
  }
  std::future<void> first_failure() { return seen_.get_future(); }

 private:
  std::string& written_;
  int failures_ = 1;
  std::promise<void> seen_;
};

TEST(LocalTelemetryTest, CountsLinesThatAFullDiskTookAndSaysSo) {
  FakeClock clock;
  std::string written;
  {
    auto sink = std::make_unique<BrokenSink>(written);
    auto failed = sink->first_failure();
    LocalTelemetry telemetry(std::move(sink), clock);
    telemetry.log({LogLevel::kInfo, "lost", {}});
    failed.wait();
    telemetry.log({LogLevel::kInfo, "written", {}});
    while (telemetry.lost_lines() == 0) std::this_thread::yield();
    telemetry.log({LogLevel::kInfo, "later", {}});
  }
  EXPECT_EQ(written.find("\"lost\""), std::string::npos);
  EXPECT_NE(written.find("\"written\""), std::string::npos);
  EXPECT_NE(written.find(R"("event":"log_lines_lost","lines":1)"), std::string::npos) << written;
}

TEST(LocalTelemetryTest, ThreadsAreNotHeldByAPipeThatNobodyReads) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd reading(ends[0]);
  const Fd writing(ends[1]);
  FakeClock clock;
  {
    LocalTelemetry telemetry(log_to_descriptor(writing.get()), clock, {.waiting_bytes = 200000, .flush = Millis{10}});
    for (int i = 0; i < 5000; ++i) telemetry.log({LogLevel::kInfo, "seen", {{"key", std::string(200, 'x')}}});
    EXPECT_GT(telemetry.lost_lines(), 0U);
  }
  std::array<char, 4096> piece{};
  EXPECT_GT(::read(reading.get(), piece.data(), piece.size()), 0);
}

TEST(Prometheus, HasEveryNameFromTheStart) {
  const std::string text = PrometheusMetrics().text({});
  for (const std::string_view metric : names::kCounters)
    EXPECT_NE(text.find("\n" + prometheus_counter(metric) + " 0\n"), std::string::npos) << metric;
  for (const std::string_view metric : names::kDistributions)
    EXPECT_NE(text.find("\n" + prometheus_histogram(metric) + "_count 0\n"), std::string::npos) << metric;
}

TEST(Prometheus, CountsByContractAndSumsBucketsUp) {
  PrometheusMetrics metrics;
  metrics.count(names::kFilesValid, 1, "orders");
  metrics.count(names::kFilesValid, 2, "orders");
  metrics.count(names::kFilesInvalid, 1, "a\"b\\c");
  for (const double millis : {1.0, 2.0, 40.0, 1e9}) metrics.observe(names::kProcessDuration, millis, "");
  const std::string text = metrics.text({{names::kQueueAge, 2.5}, {names::kBuildInfo, 1, "1.2"}});
  for (const char* line :
       {"# TYPE scalper_files_valid_total counter", "scalper_files_valid_total{contract=\"orders\"} 3",
        R"(scalper_files_invalid_total{contract="a\"b\\\\c"} 1)", "# TYPE scalper_process_duration_seconds histogram",
        "scalper_process_duration_seconds_bucket{le=\"0.001\"} 1",
        "scalper_process_duration_seconds_bucket{le=\"0.0025\"} 2",
        "scalper_process_duration_seconds_bucket{le=\"300\"} 3",
        "scalper_process_duration_seconds_bucket{le=\"+Inf\"} 4", "scalper_process_duration_seconds_count 4",
        "# TYPE scalper_queue_age_seconds gauge", "scalper_queue_age_seconds 2.5",
        "scalper_build_info{version=\"1.2\"} 1"})
    EXPECT_NE(("\n" + text).find("\n" + std::string(line) + "\n"), std::string::npos) << line << "\n" << text;
  EXPECT_DOUBLE_EQ(metrics.invalid_ratio(), 0.25);
}

TEST(Prometheus, BoundsItsContracts) {
  PrometheusMetrics metrics;
  for (std::size_t i = 0; i < PrometheusMetrics::kMaxContracts + 50; ++i)
    metrics.count(names::kFilesValid, 1, "c" + std::to_string(i));
  const std::string text = metrics.text({});
  EXPECT_NE(text.find("scalper_files_valid_total{contract=\"other\"} 50\n"), std::string::npos);
  EXPECT_EQ(text.find("\"c" + std::to_string(PrometheusMetrics::kMaxContracts) + "\""), std::string::npos);
}

}  // namespace
}  // namespace scalper
