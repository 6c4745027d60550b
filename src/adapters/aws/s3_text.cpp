#include "adapters/aws/s3_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/escape.h"
#include "ports/metadata.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kCrcText = 12;  // 11 digits and one '='
constexpr std::size_t kCrcDigits = 11;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

WallTime whole_seconds(WallTime time) { return std::chrono::floor<std::chrono::seconds>(time); }

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [&](char c) { return is_lower_or_digit(c) || kMarks.find(c) != kMarks.npos; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

}  // namespace

std::string quoted(const ETag& etag) { return '"' + etag.value() + '"'; }

ETag unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return ETag{std::string(text)};
}

std::string format_crc64nvme(std::uint64_t crc) {
  std::string text;
  // 64 bits are eleven digits of six, the last one with two zero bits.
  for (unsigned shift = 58; text.size() < kCrcDigits - 1; shift -= 6) text += kBase64[(crc >> shift) & 63U];
  text += kBase64[(crc << 2U) & 63U];
  text += '=';
  return text;
}

std::optional<std::uint64_t> parse_crc64nvme(std::string_view text) {
  if (text.size() != kCrcText || text.back() != '=') return std::nullopt;
  std::uint64_t crc = 0;
  for (std::size_t i = 0; i < kCrcDigits; ++i) {
    const auto digit = kBase64.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    if (i + 1 < kCrcDigits) {
      crc = crc << 6U | digit;
      continue;
    }
    if ((digit & 3U) != 0) return std::nullopt;  // only the shortest form is the one form
    crc = crc << 4U | digit >> 2U;
  }
  return crc;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::optional<WallTime> parse_listed_time(std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (!time) return std::nullopt;
  return whole_seconds(*time);
}

VersionId null_version_id(const ETag& etag, WallTime last_modified) {
  return VersionId{"null:" + etag.value() + ":" + format_rfc3339(last_modified)};
}

std::optional<NullVersion> parse_null_version(const VersionId& version) {
  std::string_view text = version.value();
  if (!text.starts_with("null:")) return std::nullopt;
  text.remove_prefix(5);
  NullVersion null;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return null;
  null.etag = ETag{std::string(text.substr(0, colon))};
  // One without a time is none of ours: its time is that of no version.
  null.last_modified = parse_rfc3339(text.substr(colon + 1)).value_or(WallTime::max());
  return null;
}

VersionId written_version(std::string_view header) {
  return header == "null" ? VersionId{} : VersionId{std::string(header)};
}

bool is_bare_null(const VersionId& version) { return version.value() == "null"; }

std::string wire_version(const VersionId& version) { return parse_null_version(version) ? "null" : version.value(); }

bool is_possible_version(const VersionId& version) {
  constexpr std::string_view kNever = " \"#%/<>?\\^`{|}";
  const std::string& text = version.value();
  return text.size() <= kMaxKeyBytes && !has_control(text) && text.find_first_of(kNever) == std::string::npos;
}

Result<void> check_key(const ObjectKey& key) {
  if (key.empty() || key.value().size() > kMaxKeyBytes)
    return Error{ErrorCode::kInvalidArgument, "a key has 1 to 1024 bytes"};
  if (!is_valid_utf8(key.value())) return Error{ErrorCode::kInvalidArgument, "a key of S3 is UTF-8"};
  return {};
}

Result<void> check_metadata(const Metadata& metadata) {
  if (metadata_bytes(metadata) > kMaxMetadataBytes)
    return Error{ErrorCode::kInvalidArgument, "more than 2048 bytes of metadata"};
  for (const auto& [name, value] : metadata)
    if (!is_token(name) || has_control(value))
      return Error{ErrorCode::kInvalidArgument, "metadata that no header can carry: " + escape_text(name)};
  return {};
}

bool is_bucket_name(const BucketName& bucket) {
  const std::string& name = bucket.value();
  return name.size() >= 3 && name.size() <= 63 && is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

}  // namespace scalper::aws
