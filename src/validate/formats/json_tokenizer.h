#pragma once
// A push tokenizer for JSON, RFC 8259 exactly: bytes in, events out, nothing seeks, memory does not grow with the
// input. The events, their offsets and the fault do not depend on how the input is cut into chunks.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/json_marks.h"
#include "validate/formats/line_cursor.h"

namespace scalper {

class JsonShape;

enum class JsonKind : std::uint8_t {
  kBeginObject,
  kEndObject,
  kBeginArray,
  kEndArray,
  kKey,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull,
};

// Takes the events. Called inside feed() and finish(); must not call back into them.
class JsonSink {
 public:
  virtual ~JsonSink() = default;
  // `byte`: offset of the token's first byte. `text`, borrowed for the call: of keys and strings the unescaped UTF-8 (a
  // lone surrogate as its three bytes in WTF-8), of numbers what stands there, else empty. A text longer than
  // JsonTokenizer::kPiece comes in pieces of exactly that size; `more` says that another piece of the same token
  // follows.
  virtual void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) = 0;
  // A \uD800-\uDFFF escape without its partner: allowed by the grammar, but no character.
  virtual void on_lone_surrogate(std::uint64_t byte) { static_cast<void>(byte); }
  // The text begins with U+FEFF.
  virtual void on_byte_order_mark() {}

  // Names of the innermost object that may be met here instead of being told: a sink that wants no more of a name than
  // that. Null: each is an event. Where names are met is up to the tokenizer, and only with JsonWants::kStructure.
  [[nodiscard]] JsonShape* names() const { return names_; }

 protected:
  JsonShape* names_ = nullptr;
};

enum class JsonWants : std::uint8_t {
  kEverything,
  // Containers and keys, and of the values only numbers that may be out of a double's range: those with an exponent and
  // those longer than 300 characters. Values are checked all the same.
  kStructure,
};

enum class JsonFaultKind : std::uint8_t {
  kSyntax,
  kNumber,     // breaks the grammar of numbers
  kString,     // a control character or an unknown escape
  kEncoding,   // bytes that are no UTF-8 in a string
  kTruncated,  // the text ends inside its value
  kTrailing,   // something follows the value
  kEmpty,      // there is no value
  kDepth,      // more open containers than the limit
};

// Which sentence says it; `wanted`, `found` and `number` fill it in.
enum class JsonSentence : std::uint8_t {
  kUnexpected,  // expected `wanted`, found `found`
  kLiteral,     // `found` inside of the word `wanted`
  kControl,     // `found` as it is in a string
  kEscape,      // `found` behind a backslash
  kLeadingZero,
  kNoUtf8,
  kCutOff,  // the text ends inside `wanted`, which began at byte `number`
  kNothing,
  kTooDeep,  // more than `number`
};

// Small, and without a sentence of its own: files may have millions of faults, and only a few are shown.
struct JsonFault {
  JsonFaultKind kind = JsonFaultKind::kSyntax;
  JsonSentence sentence = JsonSentence::kUnexpected;
  char found = '\0';
  std::string_view wanted = {};  // a constant
  std::uint64_t number = 0;
  std::uint64_t byte = 0;  // of the byte that is wrong; the length of the text where it ended too soon
  std::uint64_t line = 1;  // 1-based

  // What was expected, what was found, how to mend; harmless to print.
  [[nodiscard]] std::string message() const;
};

// No limit on depth may be above this: 24 bytes a container.
inline constexpr std::size_t kMostJsonDepth = 10000;

struct JsonOptions {
  JsonWants wants = JsonWants::kEverything;
  std::size_t depth = 1000;  // containers open at once
  bool one_line = false;     // the text has no line feeds (a line of NDJSON): they are not counted
  bool portable = false;     // as on a processor without AVX2: for tests to compare
};

// How the lines end that JsonTokenizer::feed_lines() takes.
enum class JsonLineEnd : std::uint8_t { kFeed, kBoth, kEither };

// Belongs to one thread. `sink` outlives it.
class JsonTokenizer {
 public:
  static constexpr std::size_t kPiece = 65536;

  JsonTokenizer(JsonSink& sink, JsonOptions options);
  JsonTokenizer(const JsonTokenizer&) = delete;
  JsonTokenizer& operator=(const JsonTokenizer&) = delete;
  ~JsonTokenizer() = default;

  // Borrowed for the call. After a fault nothing is looked at.
  void feed(std::string_view chunk);
  // Of lines of one value each, from the beginning of one on: takes as many as are without fault and end as `ends`
  // says, as if restart() and finish() were called at each line feed. Stops where it takes a second look, in the midst
  // of a line that is as far as that as if it had been given to feed(), or at once.
  struct Taken {
    std::size_t bytes = 0;
    std::uint64_t lines = 0;  // that ended in them
  };
  [[nodiscard]] Taken feed_lines(std::string_view chunk, JsonLineEnd ends);
  // feed_lines() would take nothing here.
  [[nodiscard]] bool is_careful() const { return look_ == nullptr || base_ < careful_until_; }
  // Lines that ended so far in the call of feed_lines() that is under way.
  [[nodiscard]] std::uint64_t lines_passed() const { return passed_; }
  // Where the text that is being read began.
  [[nodiscard]] std::uint64_t text_byte() const { return first_; }
  // The text is over. Call once; restart() makes ready for another.
  void finish();
  // Another text, whose first byte is at `byte` of the stream, on line `line`. A byte order mark is looked for at 0
  // only.
  void restart(std::uint64_t byte, std::uint64_t line);

  [[nodiscard]] const std::optional<JsonFault>& fault() const { return fault_; }
  // Something other than white space was seen.
  [[nodiscard]] bool begun() const {
    return expect_ != Expect::kTop || inside_ != Inside::kNothing || fault_.has_value();
  }
  [[nodiscard]] std::size_t depth() const { return frames_.size(); }
  // For a level below depth(): whether it is an object, and of arrays the 0-based index of the current element.
  [[nodiscard]] bool is_object(std::size_t level) const { return frames_[level].object; }
  [[nodiscard]] std::uint64_t index(std::size_t level) const { return frames_[level].index; }
  // The 1-based line of the event that is being delivered, from its `byte`.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t byte);

 private:
  enum class Expect : std::uint8_t { kTop, kElement, kValue, kFirstElement, kFirstKey, kKey, kColon, kNext, kEnd };
  enum class Inside : std::uint8_t { kNothing, kMark, kString, kNumber, kLiteral };
  enum class StringState : std::uint8_t { kText, kBackslash, kHex, kCharacter };
  enum class NumberState : std::uint8_t { kMinus, kZero, kWhole, kPoint, kFraction, kE, kSign, kExponent };
  struct Frame {
    std::uint64_t byte = 0;  // where it opened
    std::uint64_t index = 0;
    bool object = false;
  };

  // Each of these takes what it can from [at, end) and answers where it stopped; after a fault that is `end`.
  const char* run(const char* at, const char* end);
  // Goes on with the token that a chunk cut.
  const char* resume(const char* at, const char* end);
  // By blocks of 64 bytes: answers where that came to an end, at the beginning of a token or between two. No faults.
  const char* indexed(const char* at, const char* end);
  // Whether it may be tried: never where it was in vain a moment ago.
  [[nodiscard]] bool may_index(const char* at, const char* end) const;
  // Takes the tokens of the places from `next` on, but for the last one, which may not be whole yet. False: what stands
  // at `next` takes a second look.
  bool take(const char* begin, const std::uint32_t*& next, const std::uint32_t* last, const char* end);
  bool take_one(const char* at, const char* end);
  // `behind`: where the next token begins.
  bool take_name(const char* at, const char* behind, const char* end);
  bool take_end(const char* at);
  bool take_scalar(const char* at, const char* end);
  bool take_container(const char* at, const char* end);
  const std::uint32_t* take_members(const char* begin, const std::uint32_t* next, const std::uint32_t* last,
                                    const char* end);
  const std::uint32_t* take_rest_of_member(const char* begin, const std::uint32_t* next, const std::uint32_t* last,
                                           const char* end);
  const std::uint32_t* take_elements(const char* begin, const std::uint32_t* next, const std::uint32_t* last,
                                     const char* end);
  bool pass_line(const char* at);
  // As many tokens as there are; those that are whole and plain without a detour, the others by token().
  const char* quick(const char* at, const char* end);
  // Behind a plain string or value that is whole in the chunk; null if it is something else.
  const char* quick_string(const char* at, const char* end, JsonKind kind, bool deliver);
  const char* quick_value(const char* at, const char* end);
  const char* quick_members(const char* at, const char* end);
  const char* quick_elements(const char* at, const char* end);
  const char* token(const char* at, const char* end);
  const char* value(const char* at, const char* end);
  const char* open(const char* at, bool object, const char* end);
  const char* close(const char* at, bool object);
  const char* mark(const char* at, const char* end);
  const char* literal(const char* at, const char* end);
  const char* begin_literal(const char* at, const char* end, std::string_view word, JsonKind kind);
  const char* number(const char* at, const char* end);
  const char* number_fault(const char* at, const char* end);
  void end_number(const char* at);
  const char* begin_string(const char* at, const char* end, JsonKind kind);
  const char* string(const char* at, const char* end);
  const char* character(const char* at, const char* end);
  const char* no_utf8(std::uint64_t byte, const char* end);
  const char* escape(const char* at, const char* end);
  const char* hex_digit(const char* at, const char* end);
  void end_escape(std::uint32_t unit);
  void lone_surrogate();
  const char* unexpected(const char* at, const char* end);
  // `fault` but for its line.
  const char* fail(const JsonFault& fault, const char* end);
  const char* fail_expecting(JsonFaultKind kind, const char* at, std::string_view wanted, const char* end);
  void fail_at_end();

  void begin_token(Inside inside, JsonKind kind, const char* at);
  void end_value() { expect_ = frames_.empty() ? Expect::kEnd : Expect::kNext; }
  // The text of the token up to `at` is accepted: into the carry, pieces that are full to the sink.
  void keep_run(const char* at);
  void keep(std::string_view text);
  void emit_text(const char* at);
  [[nodiscard]] std::uint64_t offset(const char* at) const { return base_ + static_cast<std::uint64_t>(at - begin_); }

  JsonSink& sink_;
  JsonOptions options_;
  std::optional<JsonFault> fault_;
  std::vector<Frame> frames_;
  LineCursor lines_;
  JsonLook look_;                    // null: byte by byte
  std::uint64_t careful_until_ = 0;  // before this byte of the stream indexed() is not tried again
  std::uint64_t careful_ = 0;        // how far it was put off the last time
  std::optional<JsonLineEnd> ends_;  // inside of feed_lines()
  std::uint64_t passed_ = 0;
  const char* begin_ = nullptr;  // of the current chunk
  std::uint64_t base_ = 0;       // its offset
  std::uint64_t first_ = 0;      // offset of the text's first byte
  Expect expect_ = Expect::kTop;
  Inside inside_ = Inside::kNothing;

  // The token that is being read.
  JsonKind kind_ = JsonKind::kNull;
  bool deliver_ = false;       // the sink wants it
  bool carried_ = false;       // its text is in carry_
  const char* run_ = nullptr;  // accepted text from here on is not in carry_ yet
  std::uint64_t token_byte_ = 0;
  std::uint64_t token_line_ = 0;
  std::string carry_;
  StringState string_state_ = StringState::kText;
  NumberState number_state_ = NumberState::kMinus;
  bool exponent_ = false;
  std::string_view word_;  // the literal, and how much of it was seen
  std::size_t matched_ = 0;
  std::uint32_t unit_ = 0;  // of a \u escape
  int digits_ = 0;
  std::uint64_t escape_byte_ = 0;
  std::uint32_t high_ = 0;  // a high surrogate that waits for its partner
  std::uint64_t high_byte_ = 0;
  std::array<char, 4> character_{};  // a character that a chunk cut
  std::size_t character_size_ = 0;
};

}  // namespace scalper
