// The strings of RFC 8259, section 7, resumable at every byte.
#include "validate/formats/json_scan.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/formats/utf8.h"

namespace scalper {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char unescaped(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

// Also of surrogates: WTF-8.
std::string utf8_of(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0U | (point >> 6U)), byte(0x80U | (point & 0x3FU))};
  if (point < 0x10000) {
    return {byte(0xE0U | (point >> 12U)), byte(0x80U | ((point >> 6U) & 0x3FU)), byte(0x80U | (point & 0x3FU))};
  }
  return {byte(0xF0U | (point >> 18U)), byte(0x80U | ((point >> 12U) & 0x3FU)), byte(0x80U | ((point >> 6U) & 0x3FU)),
          byte(0x80U | (point & 0x3FU))};
}

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

const char* JsonTokenizer::begin_string(const char* at, const char* end, JsonKind kind) {
  begin_token(Inside::kString, kind, at);
  run_ = at + 1;
  string_state_ = StringState::kText;
  high_ = 0;
  character_size_ = 0;
  return string(at + 1, end);
}

const char* JsonTokenizer::string(const char* at, const char* end) {
  while (at != end) {
    if (string_state_ == StringState::kText) {
      at = json_skip_text(at, end);
      if (high_ != 0 && (at != run_ || (at != end && *at != '\\'))) lone_surrogate();
      if (at == end) return at;
      if (*at == '"') {
        emit_text(at);
        inside_ = Inside::kNothing;
        if (kind_ == JsonKind::kKey) {
          expect_ = Expect::kColon;
        } else {
          end_value();
        }
        return at + 1;
      }
      if (*at == '\\') {
        keep_run(at);
        escape_byte_ = offset(at);
        string_state_ = StringState::kBackslash;
        run_ = ++at;
      } else if (static_cast<unsigned char>(*at) < 0x20) {
        keep_run(at);
        return fail(
            {.kind = JsonFaultKind::kString, .sentence = JsonSentence::kControl, .found = *at, .byte = offset(at)},
            end);
      } else {
        at = character(at, end);
      }
    } else if (string_state_ == StringState::kCharacter) {
      at = character(at, end);
    } else if (string_state_ == StringState::kBackslash) {
      at = escape(at, end);
    } else {
      at = hex_digit(at, end);
    }
  }
  return at;
}

const char* JsonTokenizer::character(const char* at, const char* end) {
  if (string_state_ == StringState::kText) {
    const int length = utf8_character({at, static_cast<std::size_t>(end - at)});
    if (length > 0) return at + length;
    keep_run(at);
    if (length == kUtf8Bad) return no_utf8(offset(at), end);
    string_state_ = StringState::kCharacter;
    character_size_ = 0;
  }
  while (at != end) {
    character_.at(character_size_++) = *at++;
    const int length = utf8_character({character_.data(), character_size_});
    if (length == kUtf8Bad) {
      return no_utf8(offset(at) - character_size_, end);
    }
    if (length == kUtf8Cut) continue;
    keep({character_.data(), character_size_});
    character_size_ = 0;
    string_state_ = StringState::kText;
    break;
  }
  run_ = at;
  return at;
}

const char* JsonTokenizer::no_utf8(std::uint64_t byte, const char* end) {
  return fail({.kind = JsonFaultKind::kEncoding, .sentence = JsonSentence::kNoUtf8, .byte = byte}, end);
}

const char* JsonTokenizer::escape(const char* at, const char* end) {
  run_ = at + 1;
  if (*at == 'u') {
    string_state_ = StringState::kHex;
    unit_ = 0;
    digits_ = 0;
    return at + 1;
  }
  if (high_ != 0) lone_surrogate();
  const char plain = unescaped(*at);
  if (plain == '\0') {
    return fail({.kind = JsonFaultKind::kString, .sentence = JsonSentence::kEscape, .found = *at, .byte = offset(at)},
                end);
  }
  keep({&plain, 1});
  string_state_ = StringState::kText;
  return at + 1;
}

const char* JsonTokenizer::hex_digit(const char* at, const char* end) {
  const int value = hex_value(*at);
  if (value < 0) {
    return fail_expecting(JsonFaultKind::kString, at, "four hexadecimal digits after \\u", end);
  }
  unit_ = unit_ * 16 + static_cast<std::uint32_t>(value);
  run_ = at + 1;
  if (++digits_ == 4) end_escape(unit_);
  return at + 1;
}

void JsonTokenizer::end_escape(std::uint32_t unit) {
  string_state_ = StringState::kText;
  if (high_ != 0 && is_low(unit)) {
    keep(utf8_of(0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00)));
    high_ = 0;
    return;
  }
  if (high_ != 0) lone_surrogate();
  if (is_high(unit)) {
    high_ = unit;
    high_byte_ = escape_byte_;
  } else if (is_low(unit)) {
    high_ = unit;
    high_byte_ = escape_byte_;
    lone_surrogate();
  } else {
    keep(utf8_of(unit));
  }
}

void JsonTokenizer::lone_surrogate() {
  // The accepted text after it may stand in the current run: it follows in order, since the run is kept later.
  keep(utf8_of(high_));
  high_ = 0;
  sink_.on_lone_surrogate(high_byte_);
}

}  // namespace scalper
