#include "hosts/cli/expectations.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include "base/escape.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kFewest = 4;
constexpr std::size_t kMost = 5;

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(mark); end != std::string::npos; end = text.find(mark, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string given(const std::string& field) { return field == "-" ? std::string() : field; }

std::vector<std::string> codes_in(const std::string& field) {
  std::set<std::string> codes;
  if (!given(field).empty()) {
    for (const std::string& code : split(field, ',')) {
      codes.insert(code.substr(code.find_first_not_of(' ')));
    }
  }
  return {codes.begin(), codes.end()};
}

std::string joined(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) {
    text += (text.empty() ? "" : ",") + code;
  }
  return text.empty() ? "-" : escape_text(text, 400);
}

}  // namespace

Result<std::vector<Expectation>> read_expectations(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return Error(ErrorCode::kNotFound, escape_text(path, 400) + ": there is no such list");
  }
  std::ifstream in(path, std::ios::binary);
  std::vector<Expectation> all;
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    if (text.ends_with('\r')) {
      text.pop_back();
    }
    if (text.empty() || text[0] == '#' || (number == 1 && text.starts_with("path\t"))) {
      continue;
    }
    const std::vector<std::string> fields = split(text, '\t');
    if (fields.size() < kFewest || fields.size() > kMost || !parse_verdict_kind(fields[1])) {
      return Error(ErrorCode::kInvalidArgument, escape_text(path, 400) + ":" + std::to_string(number) +
                                                    ": a line is path, verdict, type, codes and destination");
    }
    all.push_back({fields[0], fields[1], given(fields[2]), codes_in(fields[3]),
                   fields.size() == kMost ? given(fields[4]) : std::string()});
  }
  if (in.bad()) {
    return Error(ErrorCode::kUnavailable, escape_text(path, 400) + ": cannot be read");
  }
  return all;
}

std::string difference(const Expectation& expected, const Verdict& actual) {
  if (const auto verdict = to_string(actual.kind); verdict != expected.verdict) {
    return "verdict " + std::string(verdict) + ", expected " + expected.verdict;
  }
  if (!expected.type.empty() && expected.type != actual.type) {
    return "type " + escape_text(actual.type.empty() ? "unknown" : actual.type) + ", expected " +
           escape_text(expected.type);
  }
  std::set<std::string> codes;
  for (const Finding& finding : actual.findings) {
    codes.insert(finding.code);
  }
  const std::vector<std::string> found(codes.begin(), codes.end());
  if (found != expected.codes) {
    return "codes " + joined(found) + ", expected " + joined(expected.codes);
  }
  return {};
}

}  // namespace scalper::cli
