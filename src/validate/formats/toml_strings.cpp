// The four kinds of texts, and what may stand in comments.
#include <algorithm>

#include "base/escape.h"
#include "validate/formats/toml_parser.h"

namespace scalper::toml {
namespace {

constexpr std::size_t kQuotes = 3;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | (point >> 6U));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0U | (point >> 12U));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (point >> 18U));
    out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  }
}

}  // namespace

bool Parser::plain_character(bool lines, std::string* out) {
  if (lines && is_line_end()) {
    at_ += peek() == '\r' ? 2 : 1;
    return true;
  }
  if (is_control(peek())) {
    return fail("toml.character",
                peek() == '\r' ? "a carriage return without a line feed behind it ends no line"
                               : "a control character may not stand here as it is: escape it in double quotes",
                at_);
  }
  if (out != nullptr) *out += peek();
  ++at_;
  return true;
}

bool Parser::string(std::string* out) {
  const char quote = peek();
  const bool is_long = text_.substr(at_).starts_with(quote == '"' ? "\"\"\"" : "'''");
  return is_long ? long_string(quote) : short_string(quote, out);
}

bool Parser::short_string(char quote, std::string* out) {
  const std::size_t begin = at_++;
  while (more() && peek() != quote && !is_line_end()) {
    if (quote == '"' && peek() == '\\') {
      if (!escape(out, false)) return false;
    } else if (!plain_character(false, out)) {
      return false;
    }
  }
  if (peek() != quote || !more())
    return fail("toml.string", "this text has no quote at its end on the same line", begin);
  ++at_;
  return true;
}

bool Parser::long_string(char quote) {
  const std::size_t begin = at_;
  at_ += kQuotes;
  while (more()) {
    if (peek() == quote) {
      const std::size_t end = std::min(text_.find_first_not_of(quote, at_), text_.size());
      const std::size_t quotes = end - at_;
      // Up to two quotes may stand before those that close it.
      at_ = end;
      if (quotes >= 2 * kQuotes) return fail("toml.string", "more quotes stand here than close the text", end - 1);
      if (quotes >= kQuotes) return true;
    } else if (quote == '"' && peek() == '\\') {
      if (!escape(nullptr, true)) return false;
    } else if (!plain_character(true, nullptr)) {
      return false;
    }
  }
  return fail("toml.string", "this text of many lines does not end", begin);
}

bool Parser::escape(std::string* out, bool lines) {
  constexpr std::string_view kLetters = "btnfr\"\\";
  constexpr std::string_view kMeant = "\b\t\n\f\r\"\\";
  const std::size_t begin = at_++;
  const char letter = peek();
  if (lines && (letter == ' ' || letter == '\t' || is_line_end())) return line_continuation();
  const std::size_t found = more() ? kLetters.find(letter) : std::string_view::npos;
  if (found != std::string_view::npos) {
    if (out != nullptr) *out += kMeant[found];
    ++at_;
    return true;
  }
  if (letter != 'u' && letter != 'U') {
    return fail("toml.string", "behind a backslash stands none of b t n f r \" \\ u U: write two for one", begin);
  }
  ++at_;
  return unicode_escape(letter == 'u' ? 4 : 8, out);
}

// A backslash at the end of a line: with blanks behind it up to the line end.
bool Parser::line_continuation() {
  const std::size_t begin = at_ - 1;
  blanks();
  if (!is_line_end()) return fail("toml.string", "behind a backslash and blanks the line has to end", begin);
  while (peek() == ' ' || peek() == '\t' || is_line_end()) ++at_;
  return true;
}

bool Parser::unicode_escape(std::size_t digits, std::string* out) {
  const std::size_t begin = at_ - 2;
  std::uint32_t point = 0;
  for (std::size_t i = 0; i < digits; ++i, ++at_) {
    const int digit = more() ? hex_value(peek()) : -1;
    if (digit < 0) {
      return fail("toml.string", "this escape needs " + std::to_string(digits) + " hexadecimal digits", begin);
    }
    point = point << 4U | static_cast<std::uint32_t>(digit);
  }
  if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
    return fail("toml.string", "this escape stands for no character", begin);
  }
  if (out != nullptr) append_utf8(*out, point);
  return true;
}

}  // namespace scalper::toml
