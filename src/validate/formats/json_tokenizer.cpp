#include "validate/formats/json_tokenizer.h"

#include <algorithm>
#include <utility>

namespace scalper {
namespace {

constexpr std::string_view kValue = "a JSON value";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

JsonTokenizer::JsonTokenizer(JsonSink& sink, JsonOptions options)
    : sink_(sink),
      options_(options),
      look_(options.wants == JsonWants::kStructure && !options.portable ? json_look() : nullptr) {}

void JsonTokenizer::restart(std::uint64_t byte, std::uint64_t line) {
  fault_.reset();
  frames_.clear();
  lines_.restart(byte, line);
  base_ = byte;
  first_ = byte;
  if (byte == 0) careful_until_ = 0;
  expect_ = Expect::kTop;
  inside_ = Inside::kNothing;
}

void JsonTokenizer::feed(std::string_view chunk) {
  if (fault_.has_value() || chunk.empty()) return;
  if (!options_.one_line) lines_.enter(chunk);  // otherwise the line stays what restart() said
  begin_ = chunk.data();
  const char* const end = begin_ + chunk.size();
  run_ = begin_;
  run(begin_, end);
  if (inside_ != Inside::kNothing && !fault_.has_value()) {
    if (token_byte_ >= base_) token_line_ = lines_.line_of(token_byte_);
    if (inside_ == Inside::kString || inside_ == Inside::kNumber) keep_run(end);
  }
  base_ += chunk.size();
  begin_ = nullptr;
  if (!options_.one_line) lines_.leave();
}

const char* JsonTokenizer::run(const char* at, const char* end) {
  if (base_ == 0 && inside_ == Inside::kNothing && first_ == 0 && expect_ == Expect::kTop && *at == kByteOrderMark[0]) {
    begin_token(Inside::kMark, JsonKind::kNull, at);
    matched_ = 0;
  }
  if (look_ == nullptr || options_.one_line) return quick(resume(at, end), end);
  at = resume(at, end);
  while (at != end && !fault_.has_value()) {
    if (may_index(at, end)) at = indexed(at, end);
    // Up to here only, even if that is in the midst of a token.
    const std::uint64_t wanted = std::max<std::uint64_t>(careful_until_, offset(at) + kJsonBlock) - offset(at);
    const char* const limit = at + std::min(wanted, static_cast<std::uint64_t>(end - at));
    at = quick(resume(at, limit), limit);
  }
  return at;
}

const char* JsonTokenizer::resume(const char* at, const char* end) {
  switch (inside_) {
    case Inside::kNothing: return at;
    case Inside::kMark: return mark(at, end);
    case Inside::kString: return string(at, end);
    case Inside::kNumber: return number(at, end);
    case Inside::kLiteral: return literal(at, end);
  }
  return at;
}

const char* JsonTokenizer::mark(const char* at, const char* end) {
  while (at != end && matched_ < kByteOrderMark.size()) {
    if (*at != kByteOrderMark[matched_]) {
      return fail({.found = kByteOrderMark[0], .wanted = kValue, .byte = first_}, end);
    }
    ++at;
    ++matched_;
  }
  if (matched_ == kByteOrderMark.size()) {
    inside_ = Inside::kNothing;
    sink_.on_byte_order_mark();
  }
  return at;
}

const char* JsonTokenizer::token(const char* at, const char* end) {
  switch (expect_) {
    case Expect::kNext: {
      Frame& frame = frames_.back();
      if (*at == ',') {
        ++frame.index;
        expect_ = frame.object ? Expect::kKey : Expect::kElement;
        return at + 1;
      }
      if (*at == (frame.object ? '}' : ']')) return close(at, frame.object);
      return unexpected(at, end);
    }
    case Expect::kFirstKey:
      if (*at == '}') return close(at, true);
      [[fallthrough]];
    case Expect::kKey:
      if (*at == '"') return begin_string(at, end, JsonKind::kKey);
      return unexpected(at, end);
    case Expect::kColon:
      if (*at != ':') return unexpected(at, end);
      expect_ = Expect::kValue;
      return at + 1;
    case Expect::kFirstElement:
      if (*at == ']') return close(at, false);
      [[fallthrough]];
    case Expect::kTop:
    case Expect::kElement:
    case Expect::kValue: return value(at, end);
    case Expect::kEnd: return unexpected(at, end);
  }
  return end;
}

const char* JsonTokenizer::value(const char* at, const char* end) {
  switch (*at) {
    case '"': return begin_string(at, end, JsonKind::kString);
    case '{': return open(at, true, end);
    case '[': return open(at, false, end);
    case 't': return begin_literal(at, end, "true", JsonKind::kTrue);
    case 'f': return begin_literal(at, end, "false", JsonKind::kFalse);
    case 'n': return begin_literal(at, end, "null", JsonKind::kNull);
    default: break;
  }
  if (*at != '-' && (*at < '0' || *at > '9')) return unexpected(at, end);
  begin_token(Inside::kNumber, JsonKind::kNumber, at);
  number_state_ = *at == '-' ? NumberState::kMinus : *at == '0' ? NumberState::kZero : NumberState::kWhole;
  exponent_ = false;
  return number(at + 1, end);
}

const char* JsonTokenizer::open(const char* at, bool object, const char* end) {
  if (frames_.size() == options_.depth) {
    return fail({.kind = JsonFaultKind::kDepth,
                 .sentence = JsonSentence::kTooDeep,
                 .number = options_.depth,
                 .byte = offset(at)},
                end);
  }
  frames_.push_back({offset(at), 0, object});
  sink_.on_event(object ? JsonKind::kBeginObject : JsonKind::kBeginArray, offset(at), {}, false);
  expect_ = object ? Expect::kFirstKey : Expect::kFirstElement;
  return at + 1;
}

const char* JsonTokenizer::close(const char* at, bool object) {
  sink_.on_event(object ? JsonKind::kEndObject : JsonKind::kEndArray, offset(at), {}, false);
  frames_.pop_back();
  end_value();
  return at + 1;
}

const char* JsonTokenizer::begin_literal(const char* at, const char* end, std::string_view word, JsonKind kind) {
  begin_token(Inside::kLiteral, kind, at);
  word_ = word;
  matched_ = 1;
  return literal(at + 1, end);
}

const char* JsonTokenizer::literal(const char* at, const char* end) {
  while (at != end && matched_ < word_.size()) {
    if (*at != word_[matched_]) {
      return fail({.sentence = JsonSentence::kLiteral, .found = *at, .wanted = word_, .byte = offset(at)}, end);
    }
    ++at;
    ++matched_;
  }
  if (matched_ < word_.size()) return at;
  inside_ = Inside::kNothing;
  if (options_.wants == JsonWants::kEverything) sink_.on_event(kind_, token_byte_, {}, false);
  end_value();
  return at;
}

void JsonTokenizer::begin_token(Inside inside, JsonKind kind, const char* at) {
  inside_ = inside;
  kind_ = kind;
  token_byte_ = offset(at);
  run_ = at;
  carried_ = false;
  carry_.clear();
  deliver_ = kind == JsonKind::kKey || kind == JsonKind::kNumber || options_.wants == JsonWants::kEverything;
}

void JsonTokenizer::keep_run(const char* at) {
  const char* const from = std::exchange(run_, at);
  if (from < at) keep({from, static_cast<std::size_t>(at - from)});
}

void JsonTokenizer::keep(std::string_view text) {
  carried_ = true;
  if (!deliver_) return;
  while (carry_.size() + text.size() > kPiece) {
    const std::size_t room = kPiece - carry_.size();
    carry_.append(text.substr(0, room));
    text.remove_prefix(room);
    sink_.on_event(kind_, token_byte_, carry_, true);
    carry_.clear();
  }
  carry_.append(text);
}

void JsonTokenizer::emit_text(const char* at) {
  if (!deliver_) return;
  const std::string_view rest(run_, static_cast<std::size_t>(at - run_));
  if (!carried_ && rest.size() <= kPiece) {
    sink_.on_event(kind_, token_byte_, rest, false);
    return;
  }
  keep(rest);
  sink_.on_event(kind_, token_byte_, carry_, false);
}

std::uint64_t JsonTokenizer::line_of(std::uint64_t byte) {
  // A token that a chunk cut has no line feed inside: all of it is on the line where it began.
  return byte < base_ ? token_line_ : lines_.line_of(byte) + passed_;
}

const char* JsonTokenizer::fail(const JsonFault& fault, const char* end) {
  fault_ = fault;
  fault_->line = inside_ == Inside::kNothing ? lines_.line_of(fault.byte) : line_of(fault.byte);
  return end;
}

const char* JsonTokenizer::fail_expecting(JsonFaultKind kind, const char* at, std::string_view wanted,
                                          const char* end) {
  return fail({.kind = kind, .found = *at, .wanted = wanted, .byte = offset(at)}, end);
}

const char* JsonTokenizer::unexpected(const char* at, const char* end) {
  const bool object = !frames_.empty() && frames_.back().object;
  if (expect_ == Expect::kEnd) {
    return fail_expecting(JsonFaultKind::kTrailing, at, "the end of the text after its one value", end);
  }
  std::string_view wanted = kValue;
  if (expect_ == Expect::kFirstKey) wanted = "a name in double quotes or '}'";
  if (expect_ == Expect::kKey) wanted = "a name in double quotes after ','";
  if (expect_ == Expect::kColon) wanted = "':' after the name";
  if (expect_ == Expect::kNext) wanted = object ? "',' or '}' after a member" : "',' or ']' after an element";
  if (expect_ == Expect::kElement) wanted = "a JSON value after ','";
  if (expect_ == Expect::kValue) wanted = "a JSON value after ':'";
  if (expect_ == Expect::kFirstElement) wanted = "a JSON value or ']'";
  return fail_expecting(JsonFaultKind::kSyntax, at, wanted, end);
}

void JsonTokenizer::finish() {
  if (fault_.has_value()) return;
  if (inside_ == Inside::kNumber) {
    const NumberState state = number_state_;
    if (state == NumberState::kZero || state == NumberState::kWhole || state == NumberState::kFraction ||
        state == NumberState::kExponent) {
      run_ = nullptr;
      end_number(nullptr);
    }
  }
  if (inside_ != Inside::kNothing || expect_ != Expect::kEnd) fail_at_end();
}

void JsonTokenizer::fail_at_end() {
  JsonFault fault{
      .kind = JsonFaultKind::kTruncated, .sentence = JsonSentence::kCutOff, .number = token_byte_, .byte = base_};
  fault.line = inside_ == Inside::kNothing ? lines_.line_of(base_) : token_line_;
  if (inside_ == Inside::kString && character_size_ > 0) {
    fault.kind = JsonFaultKind::kEncoding;
    fault.byte = base_ - character_size_;
    fault.wanted = "a UTF-8 character of a string";
  } else if (inside_ == Inside::kString) {
    fault.wanted = "a string";
  } else if (inside_ == Inside::kNumber) {
    fault.wanted = "a number";
  } else if (inside_ == Inside::kLiteral) {
    fault.wanted = word_;
  } else if (inside_ == Inside::kMark) {
    fault = {.found = kByteOrderMark[0], .wanted = kValue, .byte = first_, .line = fault.line};
  } else if (!frames_.empty()) {
    fault.wanted = frames_.back().object ? "an object" : "an array";
    fault.number = frames_.back().byte;
  } else {
    fault.kind = JsonFaultKind::kEmpty;
    fault.sentence = JsonSentence::kNothing;
  }
  fault_ = fault;
}

}  // namespace scalper
