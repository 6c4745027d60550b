#include "hosts/cli/check_report.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "base/escape.h"
#include "base/plain_json.h"
#include "hosts/local_exit_codes.h"
#include "model/location_text.h"
#include "model/verdict_json.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPathChars = 4096;
constexpr std::size_t kMessageChars = 2000;
constexpr std::size_t kVerdictWidth = 14;
constexpr std::size_t kTypeWidth = 26;
constexpr std::size_t kSizeWidth = 8;
constexpr std::size_t kShownFindings = 10;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + (text.size() > width ? " " : "");
}

Colour colour_of(Severity severity) {
  if (severity == Severity::kError) return Colour::kRed;
  return severity == Severity::kUnverifiable ? Colour::kYellow : Colour::kDim;
}

Colour colour_of(VerdictKind kind) {
  if (kind == VerdictKind::kValid) return Colour::kGreen;
  return kind == VerdictKind::kInvalid ? Colour::kRed : Colour::kYellow;
}

std::string finding_row(const Finding& finding, const Terminal& terminal) {
  return "    " + terminal.paint(colour_of(finding.severity), padded(std::string(to_string(finding.severity)), 13)) +
         padded(escape_text(finding.code), 22) + escape_text(finding.message, kMessageChars) +
         terminal.paint(Colour::kDim, location_text(finding.location)) + "\n";
}

std::string json_text(const std::string& text) {
  return boost::json::serialize(boost::json::string(is_valid_utf8(text) ? text : escape_text(text, kPathChars)));
}

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

}  // namespace

void CheckCounts::add(const CheckedFile& file) {
  if (!file.verdict) {
    ++unread;
    return;
  }
  bytes += file.verdict->size;
  by_builtin += file.verdict->contract.name == "builtin" ? 1 : 0;
  switch (file.verdict->kind) {
    case VerdictKind::kValid: ++valid; break;
    case VerdictKind::kInvalid: ++invalid; break;
    case VerdictKind::kUnverifiable: ++unverifiable; break;
  }
}

int CheckCounts::exit_code() const {
  if (unread > 0) return kExitCouldNotRead;
  if (invalid > 0) return kExitSomeInvalid;
  return unverifiable > 0 ? kExitSomeUnverifiable : kExitOk;
}

std::string json_line(const CheckedFile& file) {
  std::string line = "{\"path\":" + json_text(file.path) + ",";
  if (file.verdict) {
    const std::string verdict = verdict_to_json(*file.verdict);
    line += verdict.substr(1, verdict.size() - 2);
  } else {
    line += "\"error\":{\"code\":\"" + std::string(to_string(file.error->code())) +
            "\",\"message\":" + json_text(file.error->message()) + "}";
  }
  return plain_json(line + ",\"duration_ms\":" + fixed(file.milliseconds, 3) + "}") + "\n";
}

std::string table_head(const Terminal& terminal) {
  return terminal.paint(Colour::kBold, padded("VERDICT", kVerdictWidth) + padded("TYPE", kTypeWidth) +
                                           padded("    SIZE", kSizeWidth) + "  FILE") +
         "\n";
}

std::string table_rows(const CheckedFile& file, const Terminal& terminal) {
  const std::string path = escape_text(file.path, kPathChars);
  if (!file.verdict) {
    return terminal.paint(Colour::kRed, padded("not read", kVerdictWidth)) + padded("-", kTypeWidth) +
           padded("       -", kSizeWidth) + "  " + path + "\n    " + escape_text(file.error->message(), kMessageChars) +
           "\n";
  }
  const Verdict& verdict = *file.verdict;
  std::string size = human_size(verdict.size);
  size.insert(0, kSizeWidth - std::min(kSizeWidth, size.size()), ' ');
  std::string rows =
      terminal.paint(colour_of(verdict.kind), padded(std::string(to_string(verdict.kind)), kVerdictWidth)) +
      padded(verdict.type.empty() ? "unknown" : escape_text(verdict.type), kTypeWidth) + size + "  " + path + "\n";
  const std::size_t shown = std::min(kShownFindings, verdict.findings.size());
  for (std::size_t i = 0; i < shown; ++i) rows += finding_row(verdict.findings[i], terminal);
  if (verdict.findings_total > shown)
    rows += "    and " + std::to_string(verdict.findings_total - shown) + " more findings\n";
  return rows;
}

std::string summary_line(const CheckCounts& counts, double seconds) {
  std::string line = std::to_string(counts.files()) + (counts.files() == 1 ? " file: " : " files: ") +
                     std::to_string(counts.valid) + " valid, " + std::to_string(counts.invalid) + " invalid, " +
                     std::to_string(counts.unverifiable) + " unverifiable";
  if (counts.unread > 0) line += ", " + std::to_string(counts.unread) + " not read";
  return line + "; " + human_size(counts.bytes) + " in " + fixed(seconds, seconds < 10 ? 2 : 0) + " s\n";
}

}  // namespace scalper::cli
