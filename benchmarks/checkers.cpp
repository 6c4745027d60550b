// One checker of the engine, or a peer that does the same work, over a file that is held in memory, in chunks of 64
// KiB: what it says and the best and median time of some rounds.
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/csv.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"

namespace {

constexpr std::size_t kChunk = 65536;

using Make = std::unique_ptr<scalper::Checker> (*)(const scalper::Layer&);

std::string checked(Make make, std::string_view bytes) {
  const scalper::ContractSettings settings;
  scalper::Findings findings(settings.limits.findings);
  scalper::Budget budget;
  scalper::Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  const auto checker = make(layer);
  for (std::size_t at = 0; at < bytes.size(); at += kChunk) checker->feed(scalper::as_bytes(bytes.substr(at, kChunk)));
  checker->finish();
  return std::string(to_string(findings.verdict()));
}

// Takes every event of Boost.JSON's parser and keeps nothing: grammar and UTF-8 only, no duplicate names, no positions.
struct Nothing {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Error = boost::json::error_code;
  using Text = boost::json::string_view;

  bool on_document_begin(Error& /*e*/) { return true; }
  bool on_document_end(Error& /*e*/) { return true; }
  bool on_object_begin(Error& /*e*/) { return true; }
  bool on_object_end(std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_array_begin(Error& /*e*/) { return true; }
  bool on_array_end(std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_key_part(Text /*s*/, std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_key(Text /*s*/, std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_string_part(Text /*s*/, std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_string(Text /*s*/, std::size_t /*n*/, Error& /*e*/) { return true; }
  bool on_number_part(Text /*s*/, Error& /*e*/) { return true; }
  bool on_int64(std::int64_t /*i*/, Text /*s*/, Error& /*e*/) { return true; }
  bool on_uint64(std::uint64_t /*u*/, Text /*s*/, Error& /*e*/) { return true; }
  bool on_double(double /*d*/, Text /*s*/, Error& /*e*/) { return true; }
  bool on_bool(bool /*b*/, Error& /*e*/) { return true; }
  bool on_null(Error& /*e*/) { return true; }
  bool on_comment_part(Text /*s*/, Error& /*e*/) { return true; }
  bool on_comment(Text /*s*/, Error& /*e*/) { return true; }
};
using BoostParser = boost::json::basic_parser<Nothing>;

std::string boost_json(std::string_view bytes) {
  BoostParser parser{boost::json::parse_options()};
  boost::json::error_code error;
  for (std::size_t at = 0; at < bytes.size() && !error; at += kChunk) {
    const std::string_view chunk = bytes.substr(at, kChunk);
    parser.write_some(at + kChunk < bytes.size(), chunk.data(), chunk.size(), error);
  }
  return error || !parser.done() ? "invalid" : "valid";
}

std::string boost_ndjson(std::string_view bytes) {
  BoostParser parser{boost::json::parse_options()};
  boost::json::error_code error;
  while (!bytes.empty() && !error) {
    const std::size_t size = std::min(bytes.find('\n'), bytes.size());
    parser.reset();
    parser.write_some(false, bytes.data(), size, error);
    bytes.remove_prefix(std::min(size + 1, bytes.size()));
  }
  return error || !parser.done() ? "invalid" : "valid";
}

const std::map<std::string, std::function<std::string(std::string_view)>>& subjects() {
  static const std::map<std::string, std::function<std::string(std::string_view)>> all = {
      {"json", [](std::string_view bytes) { return checked(scalper::make_json_checker, bytes); }},
      {"ndjson", [](std::string_view bytes) { return checked(scalper::make_ndjson_checker, bytes); }},
      {"csv", [](std::string_view bytes) { return checked(scalper::make_csv_checker, bytes); }},
      {"boost-json", boost_json},
      {"boost-ndjson", boost_ndjson}};
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || subjects().count(argv[1]) == 0) {
    std::fprintf(stderr, "usage: bench_checkers json|ndjson|csv|boost-json|boost-ndjson FILE ROUNDS\n");
    return 64;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto& subject = subjects().at(argv[1]);
  std::string said;
  std::vector<double> seconds;
  for (int round = 0; round < std::atoi(argv[3]); ++round) {
    const auto start = std::chrono::steady_clock::now();
    said = subject(bytes);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  if (seconds.empty()) return 64;
  std::sort(seconds.begin(), seconds.end());
  std::printf("%s %zu %.9f %.9f\n", said.c_str(), bytes.size(), seconds.front(), seconds[seconds.size() / 2]);
  return 0;
}
