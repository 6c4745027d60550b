#include "validate/formats/text_decoder.h"

#include <algorithm>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;
constexpr std::uint32_t kMark = 0xFEFF;
constexpr std::uint32_t kTurnedMark = 0xFFFE;
constexpr std::size_t kShortest = 16;  // bytes of a text that is told from UTF-16 by having no zeros
constexpr std::size_t kLookedAt = 64;  // bytes that show how wide a text is

// 0x80 to 0x9F; 0: none.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_wide(TextEncoding encoding) {
  return encoding == TextEncoding::kUtf16 || encoding == TextEncoding::kUtf16Le || encoding == TextEncoding::kUtf16Be;
}

std::uint32_t append(std::string& text, std::uint32_t character) {
  const std::size_t before = text.size();
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0U | (character >> 6U));
    tail(0);
  } else if (character < 0x10000) {
    text += static_cast<char>(0xE0U | (character >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (character >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
  return static_cast<std::uint32_t>(text.size() - before);
}

}  // namespace

std::string_view words_of(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::kUtf8: return "UTF-8";
    case TextEncoding::kAscii: return "US-ASCII";
    case TextEncoding::kUtf16: return "UTF-16";
    case TextEncoding::kUtf16Le: return "UTF-16LE";
    case TextEncoding::kUtf16Be: return "UTF-16BE";
    case TextEncoding::kLatin1: return "ISO-8859-1";
    case TextEncoding::kWindows1252: return "Windows-1252";
  }
  return "UTF-8";
}

void TextDecoder::decode(std::string_view bytes, std::string& text, OffsetMap* map) {
  text_ = &text;
  map_ = map;
  const bool wide = is_wide(encoding_);
  if (!begun_ && !first_.has_value()) look_for_others(bytes);
  for (const char c : bytes) wide ? put_half(static_cast<unsigned char>(c)) : put_byte(static_cast<unsigned char>(c));
}

// Anything can be read as characters of one byte, and most things as UTF-16: what begins like UTF-8 or UTF-16 is not
// taken for what it is not.
void TextDecoder::look_for_others(std::string_view bytes) {
  const bool wide = is_wide(encoding_);
  if (!wide) begun_ = true;
  if (bytes.starts_with("\xEF\xBB\xBF")) return doubt("the byte order mark of UTF-8 at the beginning");
  if (!wide && !wide_encoding(bytes).empty()) return doubt("what looks like UTF-16 or UTF-32");
  const bool big = encoding_ == TextEncoding::kUtf16Be;
  if ((big || encoding_ == TextEncoding::kUtf16Le) && bytes.size() >= kShortest) {
    const std::string_view shown = wide_encoding(bytes);
    if (!shown.empty() && shown != (big ? "UTF-16BE" : "UTF-16LE"))
      return doubt("what looks like another order of bytes");
  }
  if (wide && bytes.size() >= kShortest && bytes.find('\0') == std::string_view::npos && is_valid_utf8(bytes))
    doubt("what looks like UTF-8");
}

void TextDecoder::finish(std::string& text, OffsetMap* map) {
  text_ = &text;
  map_ = map;
  if (high_ != 0) broken("half of a surrogate pair", byte_, 2);
  high_ = 0;
  if (first_.has_value()) broken("half of a UTF-16 unit", byte_, 1);
  first_.reset();
}

void TextDecoder::put_byte(unsigned byte) {
  if (byte < 0x80) return put(byte, 1);
  if (encoding_ == TextEncoding::kLatin1) return put(byte, 1);
  const std::uint32_t character = encoding_ == TextEncoding::kAscii ? 0
                                  : byte >= 0xA0                    ? byte
                                                                    : kWindows1252.at(byte - 0x80);
  if (character != 0) return put(character, 1);
  broken("a byte that stands for no character", byte_, 1);
}

void TextDecoder::put_half(unsigned byte) {
  if (!first_.has_value()) {
    first_ = byte;
    return;
  }
  const std::uint32_t unit = big() ? (*first_ << 8U) | byte : (byte << 8U) | *first_;
  first_.reset();
  if (begun_) return put_unit(unit);
  begun_ = true;
  put_first(unit);
}

void TextDecoder::put_first(std::uint32_t unit) {
  if (encoding_ == TextEncoding::kUtf16 && unit == kTurnedMark) {
    turned_ = true;
    return leave_out_mark();
  }
  if (unit == kMark) return leave_out_mark();
  if (encoding_ == TextEncoding::kUtf16) doubt("no byte order mark at the beginning, which says how to read it");
  if (encoding_ != TextEncoding::kUtf16 && unit == kTurnedMark)
    return broken("the byte order mark of the other order", 0, 2);
  put_unit(unit);
}

void TextDecoder::leave_out_mark() {
  mark_ = true;
  if (map_ != nullptr) map_->skip(2);
  byte_ += 2;
}

void TextDecoder::put_unit(std::uint32_t unit) {
  const bool low = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0 && low) {
    const std::uint32_t high = high_;
    high_ = 0;
    return put(0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00), 4);
  }
  if (high_ != 0) broken("half of a surrogate pair", byte_, 2);
  high_ = 0;
  if (low) return broken("half of a surrogate pair", byte_, 2);
  if (unit >= 0xD800 && unit < 0xDC00) {
    high_ = unit;
    return;
  }
  put(unit, 2);
}

void TextDecoder::put(std::uint32_t character, std::uint32_t received) {
  const std::uint32_t size = append(*text_, character);
  if (map_ != nullptr) map_->add(received, size);
  byte_ += received;
  if (character == '\n') ++line_;
}

void TextDecoder::broken(std::string_view what, std::uint64_t byte, std::uint32_t received) {
  if (!fault_.has_value()) fault_ = Fault{byte, line_, what};
  put(kReplacement, received);
}

std::string_view wide_encoding(std::string_view head) {
  if (head.starts_with(std::string_view("\xFF\xFE\0\0", 4))) return "UTF-32LE";
  if (head.starts_with(std::string_view("\0\0\xFE\xFF", 4))) return "UTF-32BE";
  if (head.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (head.starts_with("\xFE\xFF")) return "UTF-16BE";
  // Without a mark: texts begin with ASCII, whose other bytes are zero.
  const std::string_view some = head.substr(0, std::min(head.size() / 4 * 4, kLookedAt));
  const auto shows = [&](std::size_t width, std::size_t used) {
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto byte = static_cast<unsigned char>(some[i]);
      const bool ascii = (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\r' || byte == '\n';
      if (i % width == used ? !ascii : byte != 0) return false;
    }
    return some.size() >= 8;
  };
  if (shows(2, 0)) return "UTF-16LE";
  if (shows(2, 1)) return "UTF-16BE";
  if (shows(4, 0)) return "UTF-32LE";
  return shows(4, 3) ? "UTF-32BE" : "";
}

}  // namespace scalper
