#include "pipeline/ingest/hook_findings.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/escape.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::string_view kFamily = "hook.";
constexpr std::size_t kMaxReason = 48;
constexpr std::size_t kMaxMessage = 300;
constexpr std::size_t kMaxPlace = 200;
constexpr std::size_t kMaxLine = std::size_t{16} * 1024;
constexpr std::size_t kMaxDepth = 4;
constexpr std::array<std::string_view, 2> kOurs{"hook.failed", "hook.unavailable"};

Error rubbish(const std::string& why) { return {ErrorCode::kInvalidArgument, "it said what is no finding: " + why}; }

bool is_code(std::string_view code) {
  if (!code.starts_with(kFamily) || std::find(kOurs.begin(), kOurs.end(), code) != kOurs.end()) return false;
  code.remove_prefix(kFamily.size());
  return !code.empty() && code.size() <= kMaxReason && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<std::string> text_of(const json::value& value, std::string_view name, std::size_t most) {
  if (!value.is_string()) return rubbish("`" + std::string(name) + "` must be text");
  return escape_text(std::string_view(value.as_string()), most);
}

Result<std::uint64_t> number_of(const json::value& value, std::string_view name, std::uint64_t least) {
  if (value.is_int64() && value.as_int64() >= static_cast<std::int64_t>(least))
    return static_cast<std::uint64_t>(value.as_int64());
  return rubbish("`" + std::string(name) + "` must be a whole number from " + std::to_string(least));
}

Result<void> set_member(Finding& finding, std::string_view name, const json::value& value) {
  if (name == "code") {
    if (!value.is_string() || !is_code(std::string_view(value.as_string())))
      return rubbish("`code` must be hook. and up to 48 of a-z, 0-9 and _, and none of ours");
    finding.code = std::string(value.as_string());
  } else if (name == "severity") {
    const auto severity = value.is_string() ? parse_severity(std::string_view(value.as_string())) : std::nullopt;
    if (!severity) return rubbish("`severity` must be error, unverifiable or warning");
    finding.severity = *severity;
  } else if (name == "message") {
    SCALPER_TRY_ASSIGN(finding.message, text_of(value, name, kMaxMessage));
  } else if (name == "line") {
    SCALPER_TRY_ASSIGN(finding.location.line, number_of(value, name, 1));
  } else if (name == "row") {
    SCALPER_TRY_ASSIGN(finding.location.row, number_of(value, name, 1));
  } else if (name == "byte") {
    SCALPER_TRY_ASSIGN(finding.location.byte, number_of(value, name, 0));
  } else if (name == "column") {
    SCALPER_TRY_ASSIGN(finding.location.column, text_of(value, name, kMaxPlace));
  } else if (name == "pointer") {
    SCALPER_TRY_ASSIGN(finding.location.pointer, text_of(value, name, kMaxPlace));
  } else {
    return rubbish("there is no member `" + escape_text(name) + "`");
  }
  return {};
}

Result<Finding> finding_of(std::string_view line) {
  if (line.size() > kMaxLine) return rubbish("a line of more than 16 KiB");
  if (!is_valid_utf8(line)) return rubbish("a line that is no UTF-8");
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  const json::value value = json::parse(line, failed, json::storage_ptr(), options);
  if (failed || !value.is_object()) return rubbish("\"" + escape_text(line) + "\" is no JSON object");
  Finding finding;
  for (const auto& member : value.as_object()) SCALPER_TRY(set_member(finding, member.key(), member.value()));
  if (finding.code.empty() || finding.message.empty()) return rubbish("`code` or `message` is missing");
  return finding;
}

}  // namespace

Result<std::vector<Finding>> hook_findings(std::string_view output) {
  std::vector<Finding> findings;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    if (line.empty()) continue;
    if (findings.size() == kMostHookFindings) return rubbish("more than 100 findings");
    SCALPER_TRY_ASSIGN(Finding finding, finding_of(line));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace scalper
