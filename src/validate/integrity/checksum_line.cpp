#include "validate/integrity/checksum_line.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/escape.h"
#include "validate/integrity/digest_text.h"

namespace scalper {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

ChecksumLine malformed(std::string why) {
  ChecksumLine line;
  line.what = ChecksumLine::Kind::kMalformed;
  line.why = std::move(why);
  return line;
}

// coreutils: \\ \n \r, nothing else.
std::optional<std::string> unescape(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == '\\') name += '\\';
    if (text[i] == 'n') name += '\n';
    if (text[i] == 'r') name += '\r';
    if (text[i] != '\\' && text[i] != 'n' && text[i] != 'r') return std::nullopt;
  }
  return name;
}

// RFC 8493, section 2.1.3: only line ends and '%' are encoded.
std::string percent_decode(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view code = text.substr(i, 3);
    const bool feed = code == "%0A" || code == "%0a";
    const bool carriage = code == "%0D" || code == "%0d";
    const bool known = feed || carriage || code == "%25";
    name += feed ? '\n' : carriage ? '\r' : text[i];
    i += known ? 2 : 0;
  }
  return name;
}

ChecksumLine entry(DigestKind kind, std::string_view digits, std::optional<std::string> name) {
  if (!name) return malformed("a backslash in the name stands before none of \\, n and r");
  auto hex = read_hex_digest(kind, digits);
  if (!hex)
    return malformed(std::to_string(digits.size()) + " characters stand where " + std::string(digest_word(kind)) +
                     " has " + std::to_string(2 * digest_bytes(kind)) + " hexadecimal digits");
  ChecksumLine line;
  line.what = ChecksumLine::Kind::kEntry;
  line.kind = kind;
  line.hex = *std::move(hex);
  line.name = *std::move(name);
  return line;
}

// HEX, then a name or nothing.
ChecksumLine read_plain(const CompanionKey& companion, std::string_view digits, std::string_view rest, bool escaped) {
  if (trim(rest).empty()) {
    if (companion.form == CompanionKey::Form::kManifest) return malformed("a checksum stands without a name");
    return entry(companion.kind, digits, std::string());
  }
  if (!is_blank(rest.front())) return malformed("no blank follows the checksum");
  rest.remove_prefix(1);
  if (companion.bagit) {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    if (rest.starts_with('*')) rest.remove_prefix(1);
    return entry(companion.kind, digits, percent_decode(rest));
  }
  if (rest.starts_with(' ') || rest.starts_with('*')) rest.remove_prefix(1);
  return entry(companion.kind, digits, escaped ? unescape(rest) : std::optional<std::string>(rest));
}

// WORD (name) = HEX; blanks around the parentheses and the '=' may lack, as openssl writes it.
std::optional<ChecksumLine> read_tagged(std::string_view line, bool escaped) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const std::string_view word = trim(line.substr(0, open));
  std::string_view digits = trim(line.substr(close + 1));
  const bool is_word = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '/';
  });
  if (!is_word || !digits.starts_with('=')) return std::nullopt;
  digits = trim(digits.substr(1));
  const auto kind = parse_digest_word(word);
  if (!kind) return ChecksumLine{};
  const std::string_view name = line.substr(open + 1, close - open - 1);
  return entry(*kind, digits, escaped ? unescape(name) : std::optional<std::string>(name));
}

}  // namespace

ChecksumLine read_checksum_line(const CompanionKey& companion, std::string_view line) {
  if (trim(line).empty() || line.front() == '#' || line.front() == ';') return {};
  const bool escaped = line.front() == '\\' && !companion.bagit;
  if (escaped) line.remove_prefix(1);
  const auto end = std::find_if_not(line.begin(), line.end(), is_hex);
  const auto digits = static_cast<std::size_t>(end - line.begin());
  const bool plain = digits > 0 && (digits == line.size() || is_blank(line[digits]));
  if (auto tagged = plain ? std::nullopt : read_tagged(line, escaped)) return *std::move(tagged);
  if (plain) return read_plain(companion, line.substr(0, digits), line.substr(digits), escaped);
  return malformed("no checksum line: \"" + escape_text(line, 40) + "\"");
}

}  // namespace scalper
