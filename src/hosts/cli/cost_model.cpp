#include "hosts/cli/cost_model.h"

#include <algorithm>

namespace scalper::cli {
namespace {

constexpr double kMillion = 1e6;
constexpr double kGigabyte = 1e9;

std::uint64_t parts(std::uint64_t size, std::uint64_t part) { return (size + part - 1) / part; }

}  // namespace

std::uint64_t reads_of(std::uint64_t size) { return size <= kWholeRead ? 1 : parts(size, kRangeRead); }

std::uint64_t copies_of(std::uint64_t size) {
  if (size <= kWholeCopy) return 1;
  return std::min(parts(size, kCopyPart), kMostParts) + 2;
}

Cost cost_of(std::uint64_t files, std::uint64_t size, const Prices& prices, const Assumptions& assumptions) {
  const auto bytes = static_cast<double>(size);
  // Files of a batch wait together, but share the network.
  const double waiting = assumptions.waiting_ms / 1000;
  const double reading = bytes / kMillion / assumptions.megabytes_a_second;
  const double gb_seconds = (waiting / assumptions.at_once + reading) * assumptions.memory_gb;
  // Its own, sent by S3; and its share of a batch that is received and deleted together.
  const double messages = 1 + 2 / assumptions.files_a_batch;
  Cost cost;
  cost.lines = {
      {"S3 COPY", static_cast<double>(copies_of(size)), "calls", prices.copy},
      {"S3 GET", static_cast<double>(reads_of(size)), "calls", prices.read},
      {"S3 HEAD, at most", static_cast<double>(kHeads), "calls", prices.read},
      {"S3 DELETE", 1, "calls", 0},
      {"DynamoDB, records", static_cast<double>(kRecordWrites), "write units", prices.write_unit},
      {"DynamoDB, indexes", static_cast<double>(kIndexWrites), "write units", prices.write_unit},
      {"SQS", messages, "calls", prices.message},
      {"Lambda, invocations", 1 / assumptions.files_a_batch, "calls", prices.invocation},
      {"Lambda, memory", gb_seconds, "GB seconds", prices.gb_second},
      {"CloudWatch Logs", assumptions.log_bytes, "bytes", prices.log_gb * kMillion / kGigabyte},
  };
  for (CostLine& line : cost.lines) {
    line.dollars = static_cast<double>(files) * line.a_file * line.for_a_million / kMillion;
    cost.dollars += line.dollars;
  }
  const double all_files = static_cast<double>(files);
  cost.peer_dollars = all_files * bytes / kGigabyte * prices.peer_gb + all_files * prices.peer_objects / kMillion;
  cost.fits_function = waiting + reading <= assumptions.function_seconds;
  return cost;
}

}  // namespace scalper::cli
