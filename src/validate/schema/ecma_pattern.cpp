#include "validate/schema/ecma_pattern.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "base/escape.h"
#include "validate/formats/utf8.h"
#include "validate/schema/ecma_property.h"

namespace scalper::schema {
namespace {

// WhiteSpace and LineTerminator of ECMA-262, and all but them.
constexpr std::string_view kSpace =
    R"(\x{9}-\x{d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNoSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view kAnything = R"([\x{0}-\x{10ffff}])";
constexpr std::string_view kNothing = R"([^\x{0}-\x{10ffff}])";
constexpr std::string_view kDot = R"([^\x{a}\x{d}\x{2028}\x{2029}])";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string code_point(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "\\x{%x}", static_cast<unsigned>(value));
  return text.data();
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_(pattern) {}

  TranslatedPattern run() {
    while (!failed() && at_ < in_.size()) step();
    if (!failed() && open_ > 0) fail(in_.size(), "a group is not closed");
    return std::move(out_);
  }

 private:
  // A member of a class: one character, or a set that cannot begin or end a range.
  struct Member {
    std::string text;
    std::optional<std::uint32_t> character;
  };

  [[nodiscard]] bool failed() const { return !out_.complaint.empty(); }
  void fail(std::size_t byte, std::string complaint) {
    if (failed()) return;
    out_.complaint = std::move(complaint);
    out_.byte = byte;
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }
  [[nodiscard]] bool next_is(std::string_view text) const { return in_.substr(at_).starts_with(text); }

  void atom(std::string_view text) {
    out_.re2 += text;
    repeatable_ = true;
  }
  void no_atom(std::string_view text) {
    out_.re2 += text;
    repeatable_ = false;
  }

  void step() {
    switch (peek()) {
      case '^': ++at_; return no_atom("\\A");
      case '$': ++at_; return no_atom("\\z");
      case '|': ++at_; return no_atom("|");
      case '.': ++at_; return atom(kDot);
      case '(': return open();
      case ')':
        if (open_ == 0) return fail(at_, "a group is closed that was not opened");
        --open_;
        ++at_;
        return atom(")");
      case '[': return atom(read_class());
      case '*':
      case '+':
      case '?': return quantifier(in_.substr(at_, 1));
      case '{': return braces();
      case '\\': return escape();
      default: return atom(code_point(character()));
    }
  }

  void open() {
    if (next_is("(?=") || next_is("(?!") || next_is("(?<=") || next_is("(?<!"))
      return fail(at_, "look-around is not supported: it cannot be matched in linear time");
    if (next_is("(?:")) {
      at_ += 3;
    } else if (next_is("(?<")) {
      const std::size_t end = in_.find('>', at_);
      if (end == std::string_view::npos || end == at_ + 3) return fail(at_, "the name of a group is not closed");
      at_ = end + 1;
    } else if (next_is("(?")) {
      return fail(at_, "an unknown kind of group");
    } else {
      ++at_;
    }
    ++open_;
    no_atom("(?:");
  }

  void quantifier(std::string_view text) {
    if (!repeatable_) return fail(at_, "there is nothing to repeat before the quantifier");
    out_.re2 += text;
    at_ += text.size();
    if (peek() == '?') {
      ++at_;
      out_.re2 += '?';
    }
    repeatable_ = false;
  }

  // {n}, {n,} or {n,m}; what is none stands for itself, as browsers have it (annex B).
  void braces() {
    std::size_t at = at_ + 1;
    std::array<std::size_t, 2> bounds{};
    const auto number = [&](std::size_t& value) {
      const std::size_t begin = at;
      for (; at < in_.size() && is_digit(in_[at]); ++at)
        value = std::min(value * 10 + static_cast<std::size_t>(in_[at] - '0'), kMostRepeats + 1);
      return at > begin;
    };
    bool whole = number(bounds[0]);
    bool upper = false;
    if (whole && at < in_.size() && in_[at] == ',') {
      ++at;
      upper = number(bounds[1]);
    }
    whole = whole && at < in_.size() && in_[at] == '}';
    if (!whole) {
      ++at_;
      return atom(code_point('{'));
    }
    if (std::max(bounds[0], bounds[1]) > kMostRepeats) return fail(at_, "a repeat over 1,000 is not supported");
    if (upper && bounds[0] > bounds[1]) return fail(at_, "the bounds of a repeat are out of order");
    quantifier(in_.substr(at_, at + 1 - at_));
  }

  // The next code point of the pattern.
  std::uint32_t character() {
    const int length = utf8_character(in_.substr(at_));
    if (length <= 0) {
      fail(at_, "the pattern is no UTF-8");
      return 0;
    }
    const auto byte = [&](int i) { return static_cast<unsigned char>(in_[at_ + static_cast<std::size_t>(i)]); };
    std::uint32_t value = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
    for (int i = 1; i < length; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
    at_ += static_cast<std::size_t>(length);
    return value;
  }

  void escape() {
    const char c = peek(1);
    if (c == 'b' || c == 'B') {
      at_ += 2;
      return no_atom(c == 'b' ? "\\b" : "\\B");
    }
    if (c >= '1' && c <= '9') return fail(at_, "back-references are not supported");
    if (c == 'k') return fail(at_, "back-references are not supported");
    const Member member = escaped(false);
    atom(member.character.has_value() ? code_point(*member.character) : member.text);
  }

  // From a backslash on.
  Member escaped(bool in_class) {
    const std::size_t begin = at_;
    const char c = peek(1);
    at_ += 2;
    const auto set = [&](std::string_view inner, bool negative = false) {
      const std::string text(inner);
      if (in_class && !negative) return Member{text, {}};
      return Member{(negative ? "[^" : "[") + text + "]", {}};
    };
    const auto one = [](std::uint32_t value) { return Member{{}, value}; };
    switch (c) {
      case 'd': return set("0-9");
      case 'D': return in_class ? Member{"\\D", {}} : set("0-9", true);
      case 'w': return set("0-9A-Za-z_");
      case 'W': return in_class ? Member{"\\W", {}} : set("0-9A-Za-z_", true);
      case 's': return set(kSpace);
      case 'S': return set(kNoSpace);
      case 'f': return one('\f');
      case 'n': return one('\n');
      case 'r': return one('\r');
      case 't': return one('\t');
      case 'v': return one('\v');
      case '0':
        if (!is_digit(peek())) return one(0);
        break;
      case 'c':
        if (is_letter(peek())) return one(static_cast<unsigned char>(in_[at_++]) & 0x1FU);
        break;
      case 'x': return hexadecimal(begin, 2);
      case 'u': return unicode(begin);
      case 'p':
      case 'P': {
        const Member members = property(begin, c == 'P');
        return in_class ? members : Member{"[" + members.text + "]", {}};
      }
      default: return identity(begin, c, in_class);
    }
    fail(begin, "an escape that ECMA-262 does not have");
    return one(0);
  }

  Member identity(std::size_t begin, char c, bool in_class) {
    if (c == 'b' && in_class) return Member{{}, '\b'};
    if (begin + 1 >= in_.size()) {
      fail(begin, "a backslash with nothing behind it");
    } else if (is_letter(c) || is_digit(c)) {
      fail(begin, "an escape that ECMA-262 does not have: \\" + std::string(1, c));
    }
    at_ = begin + 1;
    if (failed()) return Member{{}, 0};
    return Member{{}, character()};
  }

  Member hexadecimal(std::size_t begin, int digits) {
    std::uint32_t value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const int digit = hex_value(peek());
      if (digit < 0) {
        fail(begin, "hexadecimal digits are missing in an escape");
        return Member{{}, 0};
      }
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return Member{{}, value};
  }

  Member unicode(std::size_t begin) {
    if (peek() == '{') return braced(begin);
    Member unit = hexadecimal(begin, 4);
    if (failed() || *unit.character < 0xD800 || *unit.character > 0xDFFF) return unit;
    if (*unit.character < 0xDC00 && next_is("\\u")) {
      at_ += 2;
      const Member low = hexadecimal(begin, 4);
      if (!failed() && *low.character >= 0xDC00 && *low.character <= 0xDFFF)
        return Member{{}, 0x10000 + ((*unit.character - 0xD800) << 10U) + (*low.character - 0xDC00)};
    }
    fail(begin, "half of a surrogate pair stands for no character");
    return unit;
  }

  Member braced(std::size_t begin) {
    std::uint32_t value = 0;
    const std::size_t first = ++at_;
    for (; hex_value(peek()) >= 0 && value <= 0x10FFFF; ++at_)
      value = value * 16 + static_cast<std::uint32_t>(hex_value(peek()));
    if (at_ == first || peek() != '}' || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
      fail(begin, "\\u{...} wants the hexadecimal number of a character");
    ++at_;
    return Member{{}, value};
  }

  Member property(std::size_t begin, bool negative) {
    const std::size_t end = in_.find('}', at_);
    if (peek() != '{' || end == std::string_view::npos) {
      fail(begin, "\\p wants the name of a property in braces");
      return Member{{}, 0};
    }
    const std::string_view name = in_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    std::string text = re2_property(name, negative);
    if (text.empty()) fail(begin, "the property of characters \"" + escape_text(name, 40) + "\" is not supported");
    return Member{std::move(text), {}};
  }

  std::string read_class() {
    const std::size_t begin = at_++;
    const bool negative = peek() == '^';
    if (negative) ++at_;
    if (peek() == ']') {
      ++at_;
      return std::string(negative ? kAnything : kNothing);
    }
    std::string text = negative ? "[^" : "[";
    while (!failed() && peek() != ']') {
      if (at_ >= in_.size()) {
        fail(begin, "a class of characters is not closed");
        break;
      }
      class_range(text);
    }
    ++at_;
    return text + "]";
  }

  Member class_member() {
    if (peek() == '\\') return escaped(true);
    return Member{{}, character()};
  }

  void class_range(std::string& text) {
    const std::size_t begin = at_;
    const Member first = class_member();
    text += first.character.has_value() ? code_point(*first.character) : first.text;
    if (failed() || peek() != '-' || peek(1) == ']' || at_ + 1 >= in_.size()) return;
    ++at_;
    const Member last = class_member();
    if (failed()) return;
    if (!first.character.has_value() || !last.character.has_value()) {  // annex B: the '-' stands for itself
      text += code_point('-') + (last.character.has_value() ? code_point(*last.character) : last.text);
      return;
    }
    if (*last.character < *first.character) return fail(begin, "a range of characters is out of order");
    text += "-" + code_point(*last.character);
  }

  std::string_view in_;
  TranslatedPattern out_;
  std::size_t at_ = 0;
  std::size_t open_ = 0;
  bool repeatable_ = false;
};

}  // namespace

TranslatedPattern translate_pattern(std::string_view pattern) {
  if (pattern.size() > kMostPatternBytes) return {{}, "the pattern is longer than 8,192 bytes", 0};
  return Translator(pattern).run();
}

}  // namespace scalper::schema
