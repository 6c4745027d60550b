#pragma once
// What AWS charges for taking files through the gate, from the calls that a file makes on its way and a table of list
// prices with a date. Pure arithmetic; tests hold its counts against those of the running gate.

#include <cstdint>
#include <string_view>
#include <vector>

namespace scalper::cli {

// The calls of a file that comes, is valid, and meets no fault: what the commit protocol makes and nothing more.
inline constexpr std::uint64_t kRecordWrites = 3;  // claim, decide, final; one unit each up to 1 KiB
inline constexpr std::uint64_t kIndexWrites = 2;   // by status and by key, with the final status
inline constexpr std::uint64_t kHeads = 1;         // at most: where the copy's own answer has no checksum

inline constexpr std::uint64_t kWholeRead = std::uint64_t{64} << 20U;  // up to this one GET, ranges above
inline constexpr std::uint64_t kRangeRead = std::uint64_t{8} << 20U;
inline constexpr std::uint64_t kWholeCopy = std::uint64_t{5} << 30U;  // up to this one COPY, parts above
inline constexpr std::uint64_t kCopyPart = std::uint64_t{512} << 20U;
inline constexpr std::uint64_t kMostParts = 10000;

[[nodiscard]] std::uint64_t reads_of(std::uint64_t size);
[[nodiscard]] std::uint64_t copies_of(std::uint64_t size);  // with the beginning and the end of a copy by parts

// List prices in US dollars for a million, of us-east-1.
inline constexpr std::string_view kPriceDate = "November 2026";
inline constexpr std::string_view kPriceRegion = "us-east-1";
inline constexpr double kGbSecondArm64 = 13.3334;  // Lambda, the first six thousand million
inline constexpr double kGbSecondX86 = 16.6667;
struct Prices {
  double copy = 5.00;         // S3 Standard: PUT, COPY, POST
  double read = 0.40;         // S3 Standard: GET, HEAD
  double write_unit = 0.625;  // DynamoDB, on demand, standard table class
  double message = 0.40;      // SQS, standard queue
  double invocation = 0.20;   // Lambda
  double gb_second = kGbSecondArm64;
  double log_gb = 0.50;  // CloudWatch Logs, taking in one GB; not for a million
  // GuardDuty Malware Protection for S3, the peer: a GB and a million objects.
  double peer_gb = 0.09;
  double peer_objects = 215.0;
};

// What no count of calls says. Printed with the result.
struct Assumptions {
  double files_a_batch = 5;        // of one invocation; a queue that fills brings up to 10
  double memory_gb = 0.5;          // of the function
  double waiting_ms = 140;         // a file waits for the services, all calls together
  double megabytes_a_second = 75;  // network of a function
  double at_once = 2;              // files of a batch, on average
  double log_bytes = 700;          // a line a file, and its share of the metrics' line
  double function_seconds = 890;   // longer files belong to `scalper worker`
};

struct CostLine {
  std::string_view what;
  double a_file = 0;         // how many of `unit`
  std::string_view unit;     // "calls"
  double for_a_million = 0;  // dollars
  double dollars = 0;        // for all files
};

struct Cost {
  std::vector<CostLine> lines;
  double dollars = 0;
  double peer_dollars = 0;
  bool fits_function = true;  // a file of that size is done within one invocation
};

[[nodiscard]] Cost cost_of(std::uint64_t files, std::uint64_t size, const Prices& prices = {},
                           const Assumptions& assumptions = {});

}  // namespace scalper::cli
