#include "validate/detect/text_look.h"

#include <algorithm>

#include "base/escape.h"
#include "validate/formats/text_decoder.h"

namespace scalper {
namespace {

constexpr std::size_t kLongestCharacter = 4;

// Controls that texts have: backspace (manual pages), tab, the ends of lines and pages, escape (colours).
bool is_binary_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && byte != '\b' && byte != '\t' && byte != '\n' && byte != '\v' && byte != '\f' && byte != '\r' &&
         byte != 0x1B;
}

bool is_text(std::string_view head, bool whole) {
  const std::size_t good = valid_utf8_prefix(head);
  const std::size_t bad = head.size() - good;
  if (bad > 0 && (whole || bad >= kLongestCharacter)) return false;
  return std::none_of(head.begin(), head.end(), is_binary_byte);
}

bool may_follow_less_than(char c) {
  return c == '!' || c == '?' || c == '_' || c == ':' || c < 0 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A brace and a name or its end; a bracket and what no line of a log and no section of a settings file goes on with.
bool opens_json(std::string_view text) {
  if (text[0] != '{' && text[0] != '[') return false;
  const std::size_t next = text.find_first_not_of(" \t\r\n", 1);
  if (next == std::string_view::npos) return false;
  return text[next] == '"' || text[next] == (text[0] == '{' ? '}' : ']') ||
         (text[0] == '[' && (text[next] == '{' || text[next] == '['));
}

// The first line closes what it opens, as far as its last character tells, and the next one opens again.
bool is_lines_of_json(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  const std::size_t last = text.substr(0, end).find_last_not_of(" \t\r");
  const std::size_t next = text.find_first_not_of(" \t\r\n", end);
  if (last == std::string_view::npos || last == 0 || next == std::string_view::npos) return false;
  return text[last] == (text[0] == '{' ? '}' : ']') && opens_json(text.substr(next));
}

}  // namespace

TextLook look_at_text(std::string_view head, bool whole) {
  if (head.empty()) return TextLook::kEmpty;
  if (!wide_encoding(head).empty()) return TextLook::kUtf16;
  if (!is_text(head, whole)) return TextLook::kBinary;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return TextLook::kPlain;
  const std::string_view text = head.substr(begin);
  if (text[0] == '<' && text.size() > 1 && may_follow_less_than(text[1])) return TextLook::kMarkup;
  if (!opens_json(text)) return TextLook::kPlain;
  return is_lines_of_json(text) ? TextLook::kNdjson : TextLook::kJson;
}

}  // namespace scalper
