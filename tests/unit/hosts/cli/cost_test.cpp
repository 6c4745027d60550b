#include "hosts/cli/cost.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "hosts/cli/cost_model.h"
#include "hosts/cli/program.h"

namespace scalper::cli {
namespace {

constexpr std::uint64_t kMillionFiles = 1'000'000;
constexpr std::uint64_t kMegabyte = 1'000'000;

struct Ended {
  int code;
  std::string out;
  std::string err;
};

Ended run(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal({out, err, false, false});
  const int code = run_program(words, terminal, {}, "1.2.3");
  return {code, out.str(), err.str()};
}

double dollars_of(const Cost& cost, std::string_view what) {
  for (const CostLine& line : cost.lines)
    if (line.what == what) return line.dollars;
  ADD_FAILURE() << "no line " << what;
  return 0;
}

TEST(Cost, OfAMillionFilesIsWhatWasPromised) {
  const Cost cost = cost_of(kMillionFiles, kMegabyte);
  EXPECT_NEAR(dollars_of(cost, "S3 COPY"), 5.00, 1e-9);
  EXPECT_NEAR(dollars_of(cost, "DynamoDB, records") + dollars_of(cost, "DynamoDB, indexes"), 3.125, 1e-9)
      << "five write units";
  EXPECT_NEAR(dollars_of(cost, "S3 GET"), 0.40, 1e-9);
  EXPECT_NEAR(dollars_of(cost, "S3 HEAD, at most"), 0.40, 1e-9);
  EXPECT_NEAR(dollars_of(cost, "CloudWatch Logs"), 0.35, 1e-9);
  EXPECT_LE(cost.dollars, 10.5);
  EXPECT_NEAR(cost.peer_dollars, 305.0, 1e-9);
  EXPECT_GE(cost.peer_dollars / cost.dollars, 29.0);
  double sum = 0;
  for (const CostLine& line : cost.lines) sum += line.dollars;
  EXPECT_NEAR(cost.dollars, sum, 1e-9);
}

TEST(Cost, GrowsWithFilesAndBytesWhereTheGateDoesMore) {
  EXPECT_NEAR(cost_of(7 * kMillionFiles, kMegabyte).dollars, 7 * cost_of(kMillionFiles, kMegabyte).dollars, 1e-6);
  EXPECT_EQ(reads_of(0), 1U);
  EXPECT_EQ(reads_of(kWholeRead), 1U);
  EXPECT_EQ(reads_of(kWholeRead + 1), 9U) << "ranges of 8 MiB";
  EXPECT_EQ(copies_of(kWholeCopy), 1U);
  EXPECT_EQ(copies_of(kWholeCopy + 1), 11U + 2U) << "parts of 512 MiB, their beginning and their end";
  EXPECT_EQ(copies_of(std::uint64_t{5} << 40U), 10000U + 2U);
  EXPECT_TRUE(cost_of(1, std::uint64_t{60} << 30U).fits_function);
  EXPECT_FALSE(cost_of(1, std::uint64_t{80} << 30U).fits_function);
}

TEST(Cost, IsPrintedWithItsArithmetic) {
  const Ended plain = run({"cost"});
  EXPECT_EQ(plain.code, 0) << plain.err;
  const std::string words = std::regex_replace(plain.out, std::regex(" +"), " ");
  for (const char* const said :
       {"1,000,000 files of 1.0 MB", "us-east-1", "1,000,000 x 1 calls x $5 a million $5.00",
        "1,000,000 x 3 write units x $0.625 a million $1.88", "1,000,000 x 2 write units x $0.625 a million $1.25",
        "1,000,000 x 1.4 calls x $0.4 a million $0.56", "1,000,000 x 700 bytes x $0.0005 a million $0.35",
        "in all $10.43 for a million files $10.43", "$305.00", "29.2 times", "Not counted"})
    EXPECT_NE(words.find(said), std::string::npos) << said << "\n" << plain.out;
  EXPECT_EQ(plain.out.find("scalper worker"), std::string::npos);
  const Ended large = run({"cost", "--files", "1", "--avg", "1TiB"});
  EXPECT_EQ(large.code, 0);
  EXPECT_NE(large.out.find("1 file of 1.1 TB"), std::string::npos) << large.out;
  EXPECT_NE(large.out.find("scalper worker"), std::string::npos);
  EXPECT_NE(run({"cost", "--files", "30000000000", "--avg", "0B"}).out.find("30,000,000,000 files of 0 B"),
            std::string::npos);
}

TEST(Cost, OfAMonthCountsWhatStandsThere) {
  const Ended month = run({"cost", "--month"});
  EXPECT_EQ(month.code, 0) << month.err;
  const std::string words = std::regex_replace(month.out, std::regex(" +"), " ");
  for (const char* const said :
       {"metrics in alarms 19 metrics x $0.1 $1.90", "composite alarm 1 alarm x $0.5 $0.50",
        "SQS, polls 648,000 calls x $0.4 a million $0.26", "Lambda, sweeps 8,640 calls x $0.2 a million $0.00",
        "Lambda, their memory 4,320 GB seconds x $13.3334 a million $0.06", "an idle month $2.72",
        "metrics of files 13 metrics x $0.3 $3.90", "the files above $10.43", "a month with these files $17.05"})
    EXPECT_NE(words.find(said), std::string::npos) << said << "\n" << month.out;
  const Ended keyed = run({"cost", "--month", "--kms-key"});
  EXPECT_NE(keyed.out.find("$3.72"), std::string::npos) << keyed.out;
  EXPECT_EQ(run({"cost"}).out.find("idle"), std::string::npos);
}

TEST(Cost, GrowsWithMemoryAndOnX86) {
  const Ended large = run({"cost", "--memory", "1024", "--arch", "x86_64"});
  EXPECT_EQ(large.code, 0) << large.err;
  EXPECT_NE(large.out.find("a function of 1 GB on x86_64"), std::string::npos) << large.out;
  EXPECT_NE(large.out.find("$16.6667 a million"), std::string::npos) << large.out;
  for (const char* const wrong : {"127", "10241", "0", "1GB", ""})
    EXPECT_EQ(run({"cost", "--memory", wrong}).code, 64) << wrong;
  for (const char* const wrong : {"riscv", "ARM64", ""}) EXPECT_EQ(run({"cost", "--arch", wrong}).code, 64) << wrong;
}

TEST(Cost, TakesNumbersAndSizesAlone) {
  for (const char* const wrong : {"0", "-1", "1e6", "1,000", "x", "1000000000001"})
    EXPECT_EQ(run({"cost", "--files", wrong}).code, 64) << wrong;
  for (const char* const wrong : {"", "big", "-1MB", "6TiB", "1 XB"})
    EXPECT_EQ(run({"cost", "--avg", wrong}).code, 64) << wrong;
}

}  // namespace
}  // namespace scalper::cli
