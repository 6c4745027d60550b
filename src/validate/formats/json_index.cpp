// The tokenizer by blocks of 64 bytes: what json_marks.h finds is taken token by token, without looking at the bytes
// between. It makes no fault: where something is not as it should be, it stops in front of it, and token() says what.
// What is inside of strings was checked by the marks; of the last token that was marked, not all may have been seen.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "validate/formats/json_plain.h"
#include "validate/formats/json_shape.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper {
namespace {

constexpr std::size_t kBlocks = 16;           // marked at once
constexpr std::ptrdiff_t kLeast = 256;        // bytes that are worth it
constexpr std::ptrdiff_t kMost = 1U << 30U;   // places are of 32 bits
constexpr std::uint64_t kMostCareful = 8192;  // bytes that are read one by one before it is tried again

bool ends_scalar(char c) {
  return c == ',' || c == '}' || c == ']' || c == '\n' || c == ' ' || c == '\r' || c == '\t' || c == ':';
}

}  // namespace

bool JsonTokenizer::may_index(const char* at, const char* end) const {
  return look_ != nullptr && inside_ == Inside::kNothing && !options_.one_line && end - at >= kLeast &&
         offset(at) >= careful_until_;
}

const char* JsonTokenizer::indexed(const char* at, const char* end) {
  std::array<std::uint32_t, kBlocks * kJsonBlock + 16> places;  // not set: only what look_ wrote is read
  const char* const begin = at;
  if (end - at > kMost) end = at + kMost;
  JsonMarks marks;
  marks.begin = begin;
  marks.end = end;
  marks.lines = ends_.has_value();
  const std::uint32_t* next = places.data();
  std::uint32_t* last = places.data();
  std::size_t batch = 2;
  bool good = true;
  while (good) {
    // The token that may go on comes first again.
    std::copy(next, static_cast<const std::uint32_t*>(last), places.data());
    last = places.data() + (last - next);
    next = places.data();
    const std::size_t wanted = std::min(batch, static_cast<std::size_t>(end - at) / kJsonBlock);
    if (wanted == 0) break;
    std::size_t blocks = wanted;
    last = look_(marks, at, blocks, last);
    at += blocks * kJsonBlock;
    good = take(begin, next, last, end) && blocks == wanted;
    batch = kBlocks;
  }
  const char* const stop = next == last ? at : begin + *next;
  if (good) {
    careful_until_ = offset(end);  // the rest is shorter than a block
  } else {
    careful_ = stop - begin >= kLeast ? kJsonBlock : std::min(2 * careful_ + kJsonBlock, kMostCareful);
    careful_until_ = offset(std::max(stop, at)) + careful_;
  }
  return stop;
}

[[gnu::always_inline]] inline bool JsonTokenizer::take_scalar(const char* at, const char* end) {
  const char* stop = nullptr;
  bool exponent = false;
  switch (*at) {
    case 't': stop = json_behind_word(at, end, "true"); break;
    case 'f': stop = json_behind_word(at, end, "false"); break;
    case 'n': stop = json_behind_word(at, end, "null"); break;
    default: {
      const PlainNumber number = json_plain_number(at, end);
      stop = number.end;
      exponent = number.exponent;
    }
  }
  // Of what stands directly behind it there is no mark.
  if (stop == nullptr || stop == end || !ends_scalar(*stop)) return false;
  if (exponent) sink_.on_event(JsonKind::kNumber, offset(at), {at, static_cast<std::size_t>(stop - at)}, false);
  return true;
}

// Members whose names are met and whose values are no containers.
inline const std::uint32_t* JsonTokenizer::take_members(const char* begin, const std::uint32_t* next,
                                                        const std::uint32_t* last, const char* end) {
  JsonShape* const names = sink_.names();
  if (names == nullptr) return next;
  JsonShape::Meeting meeting(*names);
  Expect expect = expect_;
  while (last - next > 4) {
    const char* const name = begin + next[0];
    const char* const colon = begin + next[1];
    if (*name != '"' || *colon != ':' || !meeting.meets(name + 1, colon)) break;
    const char* const value = begin + next[2];
    next += 2;
    expect = Expect::kValue;
    if (*value != '"') {
      if (*value == '{' || *value == '[') break;
      meeting.end();  // a number may be told
      if (!take_scalar(value, end)) break;
    }
    expect = Expect::kNext;
    const char* const comma = begin + next[1];
    next += 1;
    if (*comma != ',') break;
    next += 1;
    expect = Expect::kKey;
  }
  meeting.end();
  expect_ = expect;
  return next;
}

// Behind a name, as far as all of it is there.
inline const std::uint32_t* JsonTokenizer::take_rest_of_member(const char* begin, const std::uint32_t* next,
                                                               const std::uint32_t* last, const char* end) {
  if (last - next <= 3 || begin[*next] != ':') return next;
  ++next;
  expect_ = Expect::kValue;
  const char* const value = begin + *next;
  if (*value != '"' && (*value == '{' || *value == '[' || !take_scalar(value, end))) return next;
  ++next;
  expect_ = Expect::kNext;
  if (begin[*next] != ',') return next;
  expect_ = Expect::kKey;
  return next + 1;
}

// Elements that are no containers.
inline const std::uint32_t* JsonTokenizer::take_elements(const char* begin, const std::uint32_t* next,
                                                         const std::uint32_t* last, const char* end) {
  Expect expect = expect_;
  while (last - next > 2) {
    const char* const value = begin + next[0];
    if (*value != '"' && (*value == '{' || *value == '[' || *value == ']' || !take_scalar(value, end))) break;
    ++next;
    expect = Expect::kNext;
    if (begin[*next] != ',') break;
    ++next;
    ++frames_.back().index;
    expect = Expect::kElement;
  }
  expect_ = expect;
  return next;
}

inline bool JsonTokenizer::take_container(const char* at, const char* end) {
  const bool wanted = expect_ == Expect::kElement || expect_ == Expect::kValue || expect_ == Expect::kFirstElement ||
                      expect_ == Expect::kTop;
  if (!wanted || frames_.size() == options_.depth) return false;
  open(at, *at == '{', end);
  return true;
}

inline bool JsonTokenizer::take_end(const char* at) {
  const bool may = expect_ == Expect::kNext || expect_ == Expect::kFirstElement || expect_ == Expect::kFirstKey;
  if (!may || frames_.back().object != (*at == '}')) return false;
  close(at, *at == '}');
  return true;
}

bool JsonTokenizer::take(const char* begin, const std::uint32_t*& next, const std::uint32_t* last, const char* end) {
  while (last - next > 1) {
    const char* const at = begin + *next;
    const unsigned kind = static_cast<unsigned char>(*at) & 0xDFU;  // { as [ and } as ]
    if (kind == '[') {
      if (!take_container(at, end)) return false;
    } else if (kind == ']') {
      if (!take_end(at)) return false;
    } else if (*at == '"' && (expect_ == Expect::kKey || expect_ == Expect::kFirstKey)) {
      const JsonShape* const names = sink_.names();
      if (names != nullptr && names->matching()) {
        next = take_members(begin, next, last, end);
        if (last - next <= 1) break;
        if (begin + *next != at) continue;
      }
      if (!take_name(at, begin + next[1], end)) return false;
      next = take_rest_of_member(begin, next + 1, last, end);
      continue;
    } else if (expect_ == Expect::kElement) {
      next = take_elements(begin, next, last, end);
      if (last - next <= 1) break;
      if (begin + *next != at) continue;
      if (!take_one(at, end)) return false;
    } else if (!take_one(at, end)) {
      return false;
    }
    ++next;
  }
  return true;
}

// What is no container, no end of one, and no name.
inline bool JsonTokenizer::take_one(const char* at, const char* end) {
  switch (expect_) {
    case Expect::kNext:
      if (*at != ',') return false;
      ++frames_.back().index;
      expect_ = frames_.back().object ? Expect::kKey : Expect::kElement;
      return true;
    case Expect::kColon:
      if (*at != ':') return false;
      expect_ = Expect::kValue;
      return true;
    case Expect::kFirstElement:
    case Expect::kTop:
    case Expect::kElement:
    case Expect::kValue:
      if (*at != '"' && !take_scalar(at, end)) return false;
      end_value();
      return true;
    case Expect::kEnd: return ends_.has_value() && *at == '\n' && pass_line(at);
    case Expect::kFirstKey:
    case Expect::kKey: return false;
  }
  return false;
}

bool JsonTokenizer::take_name(const char* at, const char* behind, const char* end) {
  JsonShape* const names = sink_.names();
  const char* const text = at + 1;
  expect_ = Expect::kColon;
  if (names != nullptr && names->matching()) {
    JsonShape::Meeting meeting(*names);
    const bool met = meeting.meets(text, behind);
    meeting.end();
    if (met) return true;
  }
  const char* quote = text;
  while (*quote != '"' && *quote != '\\') ++quote;  // the string ends before `behind`
  const auto size = static_cast<std::size_t>(quote - text);
  if (size > kPiece || *quote != '"') {
    begin_string(at, end, JsonKind::kKey);
  } else {
    sink_.on_event(JsonKind::kKey, offset(at), {text, size}, false);
  }
  return true;
}

bool JsonTokenizer::pass_line(const char* at) {
  const bool both = at[-1] == '\r';  // a value stands before it
  if (*ends_ != JsonLineEnd::kEither && both != (*ends_ == JsonLineEnd::kBoth)) return false;
  ++passed_;
  first_ = offset(at) + 1;
  expect_ = Expect::kTop;
  return true;
}

JsonTokenizer::Taken JsonTokenizer::feed_lines(std::string_view chunk, JsonLineEnd ends) {
  Taken taken;
  if (chunk.size() < static_cast<std::size_t>(kLeast) || is_careful()) return taken;
  begin_ = chunk.data();
  ends_ = ends;
  taken.bytes = static_cast<std::size_t>(indexed(begin_, begin_ + chunk.size()) - begin_);
  ends_.reset();
  begin_ = nullptr;
  base_ += taken.bytes;
  taken.lines = std::exchange(passed_, 0);
  lines_.restart(base_, lines_.line_of(base_) + taken.lines);
  return taken;
}

}  // namespace scalper
