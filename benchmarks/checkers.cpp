// One checker of the engine, or a peer that does the same work, over a file that is held in memory, in chunks of 64
// KiB. BENCH_SET names a folder with one contract and its schema, else the built-in contract holds.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/version.hpp>
#include <filesystem>

#include "subjects.h"
#include "validate/formats/csv.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"
#include "validate/formats/xml.h"

namespace {

using bench::kChunk;

using Make = std::unique_ptr<scalper::Checker> (*)(const scalper::Layer&);

// Compiled once.
const scalper::ContractSettings& settings_in_use() {
  static const auto contract = [] {
    const char* const folder = std::getenv("BENCH_SET");
    if (folder == nullptr) return scalper::builtin_contract();
    std::vector<scalper::ContractText> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files.push_back({entry.path().filename().string(), bench::bytes_of(entry.path().c_str())});
    }
    const scalper::CompiledSet set = scalper::compile_contracts(files);
    for (const auto& message : set.messages) std::fprintf(stderr, "%s\n", message.message.c_str());
    if (set.index == nullptr || set.index->all().empty()) std::exit(1);
    return set.index->all().front();
  }();
  return contract->settings();
}

std::string checked(Make make, std::string_view bytes) {
  const scalper::ContractSettings& settings = settings_in_use();
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

// It stops behind the value: what follows has to be white space.
bool ends_with(std::string_view rest) { return rest.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string boost_json(std::string_view bytes) {
  BoostParser parser{boost::json::parse_options()};
  boost::json::error_code error;
  bool over = true;
  for (std::size_t at = 0; at < bytes.size() && !error && over; at += kChunk) {
    const std::string_view chunk = bytes.substr(at, kChunk);
    const std::size_t used = parser.write_some(at + kChunk < bytes.size(), chunk.data(), chunk.size(), error);
    over = ends_with(chunk.substr(used));
  }
  return error || !parser.done() || !over ? "invalid" : "valid";
}

std::string boost_ndjson(std::string_view bytes) {
  BoostParser parser{boost::json::parse_options()};
  boost::json::error_code error;
  bool over = true;
  while (!bytes.empty() && !error && over) {
    const std::size_t size = std::min(bytes.find('\n'), bytes.size());
    parser.reset();
    const std::size_t used = parser.write_some(false, bytes.data(), size, error);
    over = parser.done() && ends_with(bytes.substr(used, size - used));
    bytes.remove_prefix(std::min(size + 1, bytes.size()));
  }
  return error || !over ? "invalid" : "valid";
}

bench::Subject checker(Make make) {
  return [make](std::string_view bytes) { return checked(make, bytes); };
}

}  // namespace

int main(int argc, char** argv) {
  static_cast<void>(settings_in_use());
  return bench::run_subject(argc, argv, "Boost.JSON " BOOST_LIB_VERSION,
                            {{"json", checker(scalper::make_json_checker)},
                             {"ndjson", checker(scalper::make_ndjson_checker)},
                             {"csv", checker(scalper::make_csv_checker)},
                             {"xml", checker(scalper::make_xml_checker)},
                             {"boost-json", boost_json},
                             {"boost-ndjson", boost_ndjson}});
}
