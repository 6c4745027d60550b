#include "api/tus_fields.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/base64.h"
#include "validate/integrity/digest_text.h"

namespace scalper::api {
namespace {

constexpr std::size_t kLargestMetadata = 4096;
constexpr std::size_t kMostNames = 32;

Error bad(const char* why) { return {ErrorCode::kInvalidArgument, why}; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Result<TusMetadata> parse_tus_metadata(std::string_view field) {
  if (field.size() > kLargestMetadata) return bad("Upload-Metadata is longer than 4,096 bytes");
  TusMetadata metadata;
  while (!field.empty()) {
    const std::size_t comma = field.find(',');
    const std::string_view pair = trimmed(field.substr(0, comma));
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    const std::size_t space = pair.find(' ');
    const std::string name(pair.substr(0, space));
    auto value = from_base64(space == std::string_view::npos ? std::string_view() : trimmed(pair.substr(space + 1)));
    if (name.empty() || !value) return bad("Upload-Metadata must be names with values in base64, parted by commas");
    if (metadata.size() == kMostNames || !metadata.emplace(name, *std::move(value)).second)
      return bad("Upload-Metadata has a name twice, or more than 32");
  }
  return metadata;
}

Result<std::optional<TusChecksum>> parse_tus_checksum(std::string_view field) {
  if (field.empty()) return std::optional<TusChecksum>{};
  const std::size_t space = field.find(' ');
  if (space == std::string_view::npos) return bad("Upload-Checksum must be an algorithm and a digest in base64");
  const std::string_view name = field.substr(0, space);
  constexpr std::array<std::pair<std::string_view, DigestKind>, 3> kKnown = {
      {{"sha256", DigestKind::kSha256}, {"sha1", DigestKind::kSha1}, {"md5", DigestKind::kMd5}}};
  for (const auto& [known, kind] : kKnown) {
    if (name != known) continue;
    auto hex = read_base64_digest(kind, trimmed(field.substr(space + 1)));
    if (!hex) return bad("Upload-Checksum has no digest of that algorithm in base64");
    return std::optional(TusChecksum{std::string(name), *std::move(hex)});
  }
  return Error(ErrorCode::kUnsupported, "Upload-Checksum names another algorithm than sha256, sha1 and md5");
}

std::string http_date(WallTime time) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  namespace chrono = std::chrono;
  const auto seconds = chrono::floor<chrono::seconds>(time.time_since_epoch());
  const chrono::sys_seconds at{seconds};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{at - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays.at(chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace scalper::api
