#include "validate/formats/tar_header.h"

#include <algorithm>
#include <array>

namespace scalper::tar {
namespace {

constexpr std::size_t kNameSize = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeSize = 12;
constexpr std::size_t kSumAt = 148;
constexpr std::size_t kSumSize = 8;
constexpr std::size_t kKindAt = 156;
constexpr std::size_t kTimeAt = 136;
constexpr std::size_t kTimeSize = 12;
constexpr std::size_t kNumberSize = 8;
constexpr auto kNumbersAt = std::to_array<std::size_t>({100, 108, 116});  // mode, uid, gid
constexpr auto kDevicesAt = std::to_array<std::size_t>({329, 337});       // major and minor, of ustar and GNU
constexpr std::int64_t kMostTime = std::int64_t{1} << 38U;                // seconds: some 8,700 years
constexpr std::size_t kLinkAt = 157;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;
constexpr std::size_t kPrefixSize = 155;
constexpr std::uint64_t kMostSize = std::uint64_t{1} << 62U;

std::string_view until_nul(std::string_view field) { return field.substr(0, field.find('\0')); }

// Blanks, octal digits, then nothing but blanks and NULs.
std::optional<std::uint64_t> octal(std::string_view field) {
  std::size_t at = std::min(field.find_first_not_of(' '), field.size());
  const std::size_t begin = at;
  std::uint64_t value = 0;
  for (; at < field.size() && field[at] >= '0' && field[at] <= '7'; ++at)
    value = value * 8 + static_cast<std::uint64_t>(field[at] - '0');
  if (at == begin) return std::nullopt;
  const bool clean = std::all_of(field.begin() + static_cast<std::ptrdiff_t>(at), field.end(),
                                 [](char c) { return c == ' ' || c == '\0'; });
  return clean ? std::optional(value) : std::nullopt;
}

// Octal, or with the first bit set the number itself, its highest byte first (GNU).
std::optional<std::uint64_t> size_of(std::string_view field) {
  const auto first = static_cast<unsigned char>(field.front());
  if (first < 0x80) return octal(field);
  std::uint64_t value = first & 0x7FU;
  for (const char c : field.substr(1)) {
    if (value > kMostSize >> 8U) return std::nullopt;
    value = value << 8U | static_cast<unsigned char>(c);
  }
  return value;
}

// Of either sign; an empty one is none. In base 256 the first byte is 0x80, or 0xFF below zero (GNU).
bool is_number(std::string_view field, std::int64_t most) {
  if (field.find_first_not_of(std::string_view(" \0", 2)) == std::string_view::npos) return true;
  const auto first = static_cast<unsigned char>(field.front());
  if (first < 0x80) {
    const auto value = octal(field);
    return value.has_value() && *value <= static_cast<std::uint64_t>(most);
  }
  if (first != 0x80 && first != 0xFF) return false;
  std::int64_t value = first == 0xFF ? -1 : 0;
  for (const char c : field.substr(1)) {
    if (value > most / 256 || value < -(most / 256) - 1) return false;
    value = value * 256 + static_cast<unsigned char>(c);
  }
  return value <= most && value >= -most;
}

bool has_numbers(std::string_view block, bool devices) {
  constexpr std::int64_t kMostNumber = std::int64_t{1} << 53U;
  const auto holds = [&](std::size_t at) { return is_number(block.substr(at, kNumberSize), kMostNumber); };
  return std::all_of(kNumbersAt.begin(), kNumbersAt.end(), holds) &&
         is_number(block.substr(kTimeAt, kTimeSize), kMostTime) &&
         (!devices || std::all_of(kDevicesAt.begin(), kDevicesAt.end(), holds));
}

// Old programs added the bytes as signed ones.
bool sums_up(std::string_view block, std::uint64_t stated) {
  std::int64_t plain = 0;
  std::int64_t with_sign = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const char c = i >= kSumAt && i < kSumAt + kSumSize ? ' ' : block[i];
    plain += static_cast<unsigned char>(c);
    with_sign += static_cast<signed char>(c);
  }
  return static_cast<std::int64_t>(stated) == plain || static_cast<std::int64_t>(stated) == with_sign;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// Keys that change neither content nor name.
constexpr auto kHarmless = std::to_array<std::string_view>({"uname", "gname", "comment"});
constexpr auto kNumbers = std::to_array<std::string_view>({"atime", "mtime", "ctime", "uid", "gid"});
constexpr std::string_view kUtf8 = "ISO-IR 10646 2000 UTF-8";

bool is_harmless(std::string_view key, std::string_view value) {
  if (key == "hdrcharset" || key == "charset") return value == kUtf8;
  if (std::find(kHarmless.begin(), kHarmless.end(), key) != kHarmless.end()) return true;
  return !key.empty() && key.front() >= 'A' && key.front() <= 'Z';  // of a vendor: attributes of files
}

// Digits, perhaps below zero, perhaps with a fraction; an empty value takes back what was said before.
bool is_decimal(std::string_view value) {
  if (value.empty()) return true;
  if (value.front() == '-') value.remove_prefix(1);
  const std::size_t point = std::min(value.find('.'), value.size());
  const std::string_view fraction = value.substr(std::min(point + 1, value.size()));
  const auto digits = [](std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return decimal(value.substr(0, point)).value_or(~std::uint64_t{0}) <= static_cast<std::uint64_t>(kMostTime) &&
         digits(fraction);
}

bool is_sparse(std::string_view key, std::string_view value) {
  return key.starts_with("GNU.sparse.") || key == "SCHILY.realsize" || key == "SUN.holesdata" ||
         (key == "SCHILY.filetype" && value == "sparse");
}

template <class T>
void set_once(std::optional<T>& field, std::optional<T> value, Extended& into) {
  if (field.has_value() || !value.has_value()) into.malformed = true;
  field = std::move(value);
}

void take_record(std::string_view key, std::string_view value, bool global, Extended& into) {
  const bool counts = key == "path" || key == "linkpath" || key == "size";
  if (is_sparse(key, value)) {
    into.sparse = true;
  } else if (std::find(kNumbers.begin(), kNumbers.end(), key) != kNumbers.end()) {
    into.malformed = into.malformed || !is_decimal(value);
  } else if (counts ? global : !is_harmless(key, value)) {
    into.not_followed = key;  // or one name for all members that follow
  } else if (key == "path") {
    set_once(into.path, std::optional(std::string(value)), into);
  } else if (key == "linkpath") {
    set_once(into.link, std::optional(std::string(value)), into);
  } else if (key == "size") {
    set_once(into.size, decimal(value), into);
  }
}

}  // namespace

bool is_zero(std::string_view block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

std::optional<Fault> read_header(std::string_view block, Header& header) {
  const auto stated = octal(block.substr(kSumAt, kSumSize));
  if (!stated.has_value()) return Fault::kForm;
  if (!sums_up(block, *stated)) return Fault::kChecksum;
  const auto size = size_of(block.substr(kSizeAt, kSizeSize));
  if (!size.has_value() || *size > kMostSize) return Fault::kSize;
  header.size = *size;
  header.kind = block[kKindAt] == '\0' ? '0' : block[kKindAt];
  header.name = until_nul(block.substr(0, kNameSize));
  header.link = until_nul(block.substr(kLinkAt, kNameSize));
  const std::string_view prefix = until_nul(block.substr(kPrefixAt, kPrefixSize));
  const std::string_view magic = block.substr(kMagicAt, 6);
  const bool posix = magic == std::string_view("ustar\0", 6);
  if (!has_numbers(block, posix || magic == "ustar ")) return Fault::kNumber;
  if (!posix) {
    // GNU's or an old one, with nothing there: of others, and of the times of GNU's incremental ones, readers differ in
    // whether they take the prefix.
    const bool known = (magic == "ustar " || is_zero(magic)) && prefix.empty();
    return known ? std::nullopt : std::optional(Fault::kMark);
  }
  if (!prefix.empty()) header.name = std::string(prefix) + "/" + header.name;
  return std::nullopt;
}

// "LENGTH KEY=VALUE\n", where LENGTH counts itself and all of that.
void read_records(std::string_view records, bool global, Extended& into) {
  while (!records.empty()) {
    const std::size_t blank = records.substr(0, 20).find(' ');
    const auto length = blank == std::string_view::npos ? std::nullopt : decimal(records.substr(0, blank));
    if (!length.has_value() || *length <= blank + 2 || *length > records.size() || records[*length - 1] != '\n') {
      into.malformed = true;
      return;
    }
    const std::string_view record = records.substr(blank + 1, *length - blank - 2);
    const std::size_t equal = record.find('=');
    if (equal == std::string_view::npos || equal == 0) {
      into.malformed = true;
      return;
    }
    take_record(record.substr(0, equal), record.substr(equal + 1), global, into);
    records.remove_prefix(static_cast<std::size_t>(*length));
  }
}

}  // namespace scalper::tar
