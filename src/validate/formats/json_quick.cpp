// The fast path of the JSON tokenizer: tokens that lie whole in the chunk and have nothing special about them. It keeps
// no state of its own and leaves everything else, faults included, to token().
#include <array>
#include <bit>
#include <optional>
#include <string_view>

#include "validate/formats/json_plain.h"
#include "validate/formats/json_scan.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/formats/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace scalper {
namespace {

constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (unsigned c = 0; c < values.size(); ++c) {
    values[c] = static_cast<std::uint8_t>(c >= '0' && c <= '9'   ? c - '0'
                                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                                 : 255);
  }
  return values;
}();
constexpr auto kEscaped = [] {
  std::array<bool, 256> known{};
  for (const char c : std::string_view("\"\\/bfnrt")) known.at(static_cast<unsigned char>(c)) = true;
  return known;
}();

bool is_plain(char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The first quote, backslash, control character or byte above 0x7F.
inline const char* skip_plain(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(' ');
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    // Signed: bytes above 0x7F are below zero.
    const int found = _mm_movemask_epi8(_mm_or_si128(ends, _mm_cmplt_epi8(bytes, space)));
    if (found != 0) return at + std::countr_zero(static_cast<unsigned>(found));
    at += 16;
  }
#endif
  while (at != end && is_plain(*at)) ++at;
  return at;
}

// From a byte above 0x7F over characters above U+007F; what is rare is left to utf8_character().
const char* skip_wide(const char* at, const char* end) {
  while (at != end && static_cast<signed char>(*at) < 0) {
    const auto lead = static_cast<unsigned char>(*at);
    if (lead >= 0xC2 && lead <= 0xDF && end - at >= 2 && is_continuation(at[1])) {
      at += 2;
    } else if (lead > 0xE0 && lead < 0xF0 && lead != 0xED && end - at >= 3 && is_continuation(at[1]) &&
               is_continuation(at[2])) {
      at += 3;
    } else {
      const int length = utf8_character({at, static_cast<std::size_t>(end - at)});
      if (length <= 0) return at;
      at += length;
    }
  }
  return at;
}

const char* skip_text(const char* at, const char* end) {
  while (true) {
    at = skip_plain(at, end);
    if (at == end || static_cast<signed char>(*at) >= 0) return at;
    const char* const wide = at;
    at = skip_wide(at, end);
    if (at == wide || at == end) return at;
    if (static_cast<signed char>(*at) < 0) return at;
  }
}

// Where the text of most strings ends, without a call; null where it takes a second look.
[[gnu::always_inline]] inline const char* end_of_short_text(const char* at, const char* end) {
#if defined(__SSE2__)
  if (end - at < 16) return nullptr;
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i ends =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  const int found = _mm_movemask_epi8(_mm_or_si128(ends, _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '))));
  if (found == 0) return nullptr;
  at += std::countr_zero(static_cast<unsigned>(found));
  return *at == '"' ? at : nullptr;
#else
  static_cast<void>(at);
  static_cast<void>(end);
  return nullptr;
#endif
}

[[gnu::always_inline]] inline const char* skip_space(const char* at, const char* end) {
  while (at != end && static_cast<unsigned char>(*at) <= ' ') {
    if (*at != ' ' && *at != '\n' && *at != '\r' && *at != '\t') return at;
    ++at;
#if defined(__SSE2__)
    if (end - at < 16 || static_cast<unsigned char>(*at) > ' ') continue;
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto same = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    const __m128i blank = _mm_or_si128(_mm_or_si128(same(' '), same('\n')), _mm_or_si128(same('\r'), same('\t')));
    at += std::countr_one(static_cast<unsigned>(_mm_movemask_epi8(blank)));
#endif
  }
  return at;
}

// The unit of a \uXXXX that is whole before `end`; none: it is better looked at with care.
std::optional<std::uint32_t> plain_unit(const char* at, const char* end) {
  if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  for (int i = 2; i < 6; ++i) {
    const std::uint8_t digit = kHexValues[static_cast<unsigned char>(at[i])];
    if (digit > 15) return std::nullopt;
    unit = unit * 16 + digit;
  }
  return unit;
}

// Behind an escape that stands for a character; null where it is none, or does not end before `end`.
const char* behind_escape(const char* at, const char* end) {
  if (end - at >= 2 && at[1] != 'u') return kEscaped[static_cast<unsigned char>(at[1])] ? at + 2 : nullptr;
  const auto unit = plain_unit(at, end);
  if (!unit.has_value()) return nullptr;
  if (*unit < 0xD800 || *unit > 0xDFFF) return at + 6;
  const auto low = *unit < 0xDC00 ? plain_unit(at + 6, end) : std::nullopt;
  return low.has_value() && *low >= 0xDC00 && *low <= 0xDFFF ? at + 12 : nullptr;
}

// Behind the quote that ends a string whose text nobody wants; null where it takes a second look.
const char* behind_text(const char* at, const char* end) {
  while (true) {
    at = skip_text(at, end);
    if (at == end) return nullptr;
    if (*at == '"') return at + 1;
    if (*at != '\\') return nullptr;
    at = behind_escape(at, end);
    if (at == nullptr) return nullptr;
  }
}

}  // namespace

const char* json_skip_text(const char* at, const char* end) { return skip_text(at, end); }
const char* json_skip_space(const char* at, const char* end) { return skip_space(at, end); }
const char* json_skip_wide(const char* at, const char* end) { return skip_wide(at, end); }
const char* json_behind_escape(const char* at, const char* end) { return behind_escape(at, end); }
const char* json_skip_digits(const char* at, const char* end) { return json_behind_digits(at, end); }

[[gnu::always_inline]] inline const char* JsonTokenizer::quick_string(const char* at, const char* end, JsonKind kind,
                                                                      bool deliver) {
  const char* const text = at + 1;
  const char* stop = end_of_short_text(text, end);
  if (!deliver) return stop != nullptr ? stop + 1 : behind_text(text, end);
  if (stop == nullptr) {
    stop = skip_text(text, end);
    if (stop == end || *stop != '"') return nullptr;
  }
  const auto size = static_cast<std::size_t>(stop - text);
  if (size > kPiece) return nullptr;
  sink_.on_event(kind, offset(at), {text, size}, false);
  return stop + 1;
}

[[gnu::always_inline]] inline const char* JsonTokenizer::quick_value(const char* at, const char* end) {
  const bool all = options_.wants == JsonWants::kEverything;
  const char* stop = nullptr;
  bool deliver = all;
  JsonKind kind = JsonKind::kNumber;
  switch (*at) {
    case '"': return quick_string(at, end, JsonKind::kString, all);
    case 't':
      stop = json_behind_word(at, end, "true");
      kind = JsonKind::kTrue;
      break;
    case 'f':
      stop = json_behind_word(at, end, "false");
      kind = JsonKind::kFalse;
      break;
    case 'n':
      stop = json_behind_word(at, end, "null");
      kind = JsonKind::kNull;
      break;
    default: {
      const PlainNumber number = json_plain_number(at, end);
      stop = number.end;
      deliver = all || number.exponent;
      break;
    }
  }
  if (stop == nullptr || !deliver) return stop;
  const auto size = static_cast<std::size_t>(stop - at);
  sink_.on_event(kind, offset(at), kind == JsonKind::kNumber ? std::string_view(at, size) : std::string_view(), false);
  return stop;
}

// Members of an object, from the quote of a name on, as long as they are one behind the other and their values are no
// containers. Null: the first name takes a second look. expect_ is right wherever it ends.
[[gnu::always_inline]] inline const char* JsonTokenizer::quick_members(const char* at, const char* end) {
  const char* const first = at;
  while (true) {
    const char* stop = quick_string(at, end, JsonKind::kKey, true);
    if (stop == nullptr) return at == first ? nullptr : at;
    expect_ = Expect::kColon;
    if (stop == end || *stop != ':') return stop;
    ++stop;
    expect_ = Expect::kValue;
    if (stop != end && *stop == ' ') ++stop;
    if (stop == end || *stop == '{' || *stop == '[') return stop;
    const char* const value = quick_value(stop, end);
    if (value == nullptr) return stop;
    expect_ = Expect::kNext;
    if (value == end || *value != ',') return value;
    ++frames_.back().index;
    expect_ = Expect::kKey;
    at = value + 1;
    if (at != end && *at == ' ') ++at;
    if (at == end || *at != '"') return at;
  }
}

// The same of the elements of an array.
[[gnu::always_inline]] inline const char* JsonTokenizer::quick_elements(const char* at, const char* end) {
  const char* const first = at;
  while (true) {
    const char* const value = quick_value(at, end);
    if (value == nullptr) return at == first ? nullptr : at;
    expect_ = Expect::kNext;
    if (value == end || *value != ',') return value;
    ++frames_.back().index;
    expect_ = Expect::kElement;
    at = value + 1;
    if (at != end && *at == ' ') ++at;
    if (at == end || *at == '{' || *at == '[') return at;
  }
}

const char* JsonTokenizer::quick(const char* at, const char* end) {
  for (at = skip_space(at, end); at != end; at = skip_space(at, end)) {
    const char* stop = nullptr;
    switch (expect_) {
      case Expect::kNext: {
        Frame& frame = frames_.back();
        if (*at != ',') {
          if (*at == (frame.object ? '}' : ']')) stop = close(at, frame.object);
          break;
        }
        ++frame.index;
        expect_ = frame.object ? Expect::kKey : Expect::kElement;
        stop = at + 1;
        if (stop != end && *stop == ' ') ++stop;
        break;
      }
      case Expect::kFirstKey:
      case Expect::kKey:
        if (*at != '"') {
          if (*at == '}' && expect_ == Expect::kFirstKey) stop = close(at, true);
          break;
        }
        stop = quick_members(at, end);
        break;
      case Expect::kFirstElement:
        if (*at == ']') {
          stop = close(at, false);
          break;
        }
        [[fallthrough]];
      case Expect::kElement:
        stop = *at == '{' || *at == '[' ? open(at, *at == '{', end) : quick_elements(at, end);
        break;
      case Expect::kValue:
        if (*at == '{' || *at == '[') {
          stop = open(at, *at == '{', end);
          break;
        }
        stop = quick_value(at, end);
        if (stop != nullptr) expect_ = Expect::kNext;
        break;
      default: break;
    }
    at = stop != nullptr ? stop : token(at, end);
  }
  return at;
}

}  // namespace scalper
