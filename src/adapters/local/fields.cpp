#include "adapters/local/fields.h"

#include <array>
#include <charconv>

#include "digest/crc64nvme.h"

namespace scalper {
namespace {

constexpr std::size_t kSumDigits = 16;

std::string sum_of(std::string_view text) {
  const std::uint64_t crc = crc64nvme(as_bytes(text));
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(crc >> (56U - 8U * i));
  return to_hex(bytes);
}

bool is_plain(char c) { return c > ' ' && c < '\x7f' && c != '%'; }

void append_encoded(std::string& out, std::string_view field) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (field.empty()) out += '%';
  for (const char c : field) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view field) {
  if (field == "%") return std::string();
  std::string out;
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] != '%') {
      out += field[at];
      continue;
    }
    if (at + 2 >= field.size()) return std::nullopt;
    const int high = hex_value(field[at + 1]);
    const int low = hex_value(field[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

template <class Number>
std::optional<Number> parsed(const std::string& field) {
  Number number = 0;
  const char* const end = field.data() + field.size();
  const auto [at, error] = std::from_chars(field.data(), end, number);
  if (error != std::errc{} || at != end) return std::nullopt;
  return number;
}

}  // namespace

std::string line_of(const Fields& fields) {
  std::string rest;
  for (const std::string& field : fields) {
    rest += ' ';
    append_encoded(rest, field);
  }
  return sum_of(rest) + rest + "\n";
}

std::optional<Fields> fields_of(std::string_view line) {
  if (line.size() <= kSumDigits || sum_of(line.substr(kSumDigits)) != line.substr(0, kSumDigits)) return std::nullopt;
  Fields fields;
  for (std::size_t begin = kSumDigits + 1; begin <= line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    auto field = decoded(line.substr(begin, end - begin));
    if (!field) return std::nullopt;
    fields.push_back(*std::move(field));
    begin = end + 1;
  }
  return fields;
}

std::optional<std::uint64_t> number_of(const std::string& field) { return parsed<std::uint64_t>(field); }
std::optional<std::int64_t> signed_number_of(const std::string& field) { return parsed<std::int64_t>(field); }

void append_identity(Fields& fields, const FileIdentity& identity) {
  fields.push_back(std::to_string(identity.inode));
  fields.push_back(std::to_string(identity.birth_ns));
}

std::optional<FileIdentity> identity_at(const Fields& fields, std::size_t at) {
  if (at + 1 >= fields.size()) return std::nullopt;
  const auto inode = number_of(fields[at]);
  const auto birth = signed_number_of(fields[at + 1]);
  if (!inode || !birth) return std::nullopt;
  return FileIdentity{*inode, *birth};
}

void append_metadata(Fields& fields, const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    fields.push_back(name);
    fields.push_back(value);
  }
}

std::optional<Metadata> metadata_from(const Fields& fields, std::size_t at) {
  Metadata metadata;
  for (; at + 1 < fields.size(); at += 2) metadata[fields[at]] = fields[at + 1];
  if (at != fields.size()) return std::nullopt;
  return metadata;
}

}  // namespace scalper
