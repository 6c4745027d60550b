#pragma once
// The tokens of a PDF outside of its streams (ISO 32000-2, 7.2 and 7.3), from bytes that come in any pieces. Of strings
// and comments no more than their beginning is held, names are given with their #-escapes decoded. Belongs to one
// thread.

#include <cstdint>
#include <string>
#include <string_view>

namespace scalper::pdf {

enum class Token : std::uint8_t {
  kInteger,
  kReal,
  kName,  // text: without '/', decoded
  kString,
  kWord,  // obj, R, true, ...
  kArray,
  kArrayEnd,
  kDict,
  kDictEnd,
  kComment,  // text: its first bytes, with '%', without the line's end
};

struct Lexeme {
  Token kind = Token::kWord;
  std::string_view text;      // of names, words, numbers and comments; until the next call
  std::uint64_t integer = 0;  // its absolute value
  bool negative = false;
  std::uint64_t at = 0;   // where it begins
  std::uint64_t gap = 0;  // white space just before it, bytes
};

// 7.2.3, table 1.
[[nodiscard]] bool is_blank(char c);

class Lexer {
 public:
  enum class Answer : std::uint8_t { kMore, kToken, kBad };

  // Starts anew, at byte `at`.
  void begin(std::uint64_t at);
  // Takes from the front of `text` up to the end of one token (then token() is it), or all of it. What ends a word,
  // name, number or comment is not taken. kBad: fault() says why, and no more may be asked.
  [[nodiscard]] Answer next(std::string_view& text);
  // Behind the last byte: the token that only the end completes; kMore if there is none.
  [[nodiscard]] Answer end();
  // Whether the bytes so far end within a token that they do not complete.
  [[nodiscard]] bool within() const { return state_ != State::kBetween; }
  [[nodiscard]] const Lexeme& token() const { return token_; }
  [[nodiscard]] std::string_view fault() const { return fault_; }
  // Bytes taken.
  [[nodiscard]] std::uint64_t at() const { return at_; }
  // Others have taken so many.
  void pass(std::uint64_t bytes) {
    at_ += bytes;
    gap_ = 0;
  }

 private:
  enum class State : std::uint8_t { kBetween, kComment, kName, kHash, kWord, kString, kEscape, kHex, kLess, kGreater };

  [[nodiscard]] Answer step(std::string_view& text);
  [[nodiscard]] Answer begin_token(std::string_view& text);
  [[nodiscard]] Answer comment(std::string_view& text);
  [[nodiscard]] Answer name(std::string_view& text);
  [[nodiscard]] Answer hash(std::string_view& text);
  [[nodiscard]] Answer word(std::string_view& text);
  [[nodiscard]] Answer string(std::string_view& text);
  [[nodiscard]] Answer hex(std::string_view& text);
  [[nodiscard]] Answer emit(Token kind);
  [[nodiscard]] Answer emit_word();
  [[nodiscard]] Answer bad(std::string_view fault);
  void hold(std::string_view text);

  State state_ = State::kBetween;
  std::string held_;
  unsigned digit_ = 0;       // of a #-escape
  bool half_ = false;        // one digit of it is there
  std::uint64_t depth_ = 0;  // of parentheses
  std::uint64_t at_ = 0;
  std::uint64_t gap_ = 0;
  Lexeme token_;
  std::string_view fault_;
};

}  // namespace scalper::pdf
