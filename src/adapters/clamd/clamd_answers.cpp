#include "adapters/clamd/clamd_answers.h"

#include <array>
#include <charconv>

#include "base/bytes.h"
#include "base/escape.h"
#include "digest/crc32.h"

namespace scalper {
namespace {

constexpr std::size_t kShown = 200;
constexpr int kProbeDepth = 102;
constexpr std::string_view kStream = "stream: ";
constexpr std::string_view kFound = " FOUND";
constexpr std::string_view kLimits = "Heuristics.Limits.Exceeded";

// What names clamd gives to what it did not look at. "(null)": 0.105 said so of files beyond its limits.
bool is_not_scanned(std::string_view name) {
  constexpr std::array<std::string_view, 4> kPrefixes{kLimits, "Heuristics.Email.ExceedsMax", "Heuristics.Encrypted",
                                                      "(null)"};
  for (const std::string_view prefix : kPrefixes)
    if (name.starts_with(prefix)) return true;
  return false;
}

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((number >> (8 * i)) & 0xFFU);
  return text;
}

// RFC 1952 around one stored block of RFC 1951.
std::string gzip_of(const std::string& inner) {
  constexpr std::array<char, 10> kHead{'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, '\xff'};
  Crc32 crc;
  crc.update(as_bytes(inner));
  return std::string(kHead.data(), kHead.size()) + '\1' + little_endian(inner.size(), 2) +
         little_endian(~inner.size(), 2) + inner + little_endian(crc.value(), 4) + little_endian(inner.size(), 4);
}

}  // namespace

std::optional<ClamdAnswer> parse_clamd_answer(std::string_view line) {
  ClamdAnswer answer;
  const auto read = std::from_chars(line.data(), line.data() + line.size(), answer.id);
  const auto digits = static_cast<std::size_t>(read.ptr - line.data());
  if (read.ec != std::errc() || line.substr(digits, 2) != ": ") return std::nullopt;
  answer.text = line.substr(digits + 2);
  return answer;
}

ScanAnswer scan_answer(std::string_view text) {
  using Kind = ScanAnswer::Kind;
  if (text == "stream: OK") return {Kind::kClean, {}};
  if (text.starts_with(kStream) && text.ends_with(kFound) && text.size() > kStream.size() + kFound.size()) {
    const std::string_view name = text.substr(kStream.size(), text.size() - kStream.size() - kFound.size());
    return {is_not_scanned(name) ? Kind::kUnscanned : Kind::kFound, escape_text(name, kShown)};
  }
  if (text == "INSTREAM size limit exceeded. ERROR") return {Kind::kUnscanned, "longer than its StreamMaxLength"};
  return {Kind::kFailed, "it said \"" + escape_text(text, kShown) + "\""};
}

std::string clamd_probe(std::string_view unique) {
  std::string probe = "Is this too deep? " + std::string(unique) + "\n";
  for (int depth = 0; depth < kProbeDepth; ++depth) probe = gzip_of(probe);
  return probe;
}

bool alerts_beyond_limits(std::string_view text) {
  return text.starts_with(std::string(kStream) + std::string(kLimits)) && text.ends_with(kFound);
}

}  // namespace scalper
