#include "validate/formats/pdf_lexer.h"

#include <algorithm>

namespace scalper::pdf {
namespace {

constexpr std::string_view kBlanks("\0\t\n\f\r ", 6);
constexpr std::string_view kEndsRegular("\0\t\n\f\r ()<>[]{}/%", 16);
constexpr std::size_t kMostHeld = 256;   // of a name or comment: what is longer is none that means something here
constexpr std::size_t kMostWord = 256;   // a number may have many digits
constexpr std::size_t kMostDigits = 18;  // of what is counted; others are real numbers

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// 7.3.3: digits with at most one sign before and one point.
bool is_number(std::string_view text, bool& real) {
  if (text.front() == '+' || text.front() == '-') text.remove_prefix(1);
  const auto points = std::count(text.begin(), text.end(), '.');
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  real = points > 0;
  return digits > 0 && points <= 1 && static_cast<std::size_t>(points + digits) == text.size();
}

}  // namespace

bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }

void Lexer::begin(std::uint64_t at) {
  state_ = State::kBetween;
  held_.clear();
  at_ = at;
  gap_ = 0;
}

Lexer::Answer Lexer::next(std::string_view& text) {
  while (!text.empty()) {
    const std::size_t before = text.size();
    const Answer answer = step(text);
    at_ += before - text.size();
    if (answer != Answer::kMore) return answer;
  }
  return Answer::kMore;
}

Lexer::Answer Lexer::end() {
  if (state_ == State::kComment) return emit(Token::kComment);
  if (state_ == State::kName) return emit(Token::kName);
  return state_ == State::kWord ? emit_word() : Answer::kMore;
}

Lexer::Answer Lexer::step(std::string_view& text) {
  switch (state_) {
    case State::kBetween: return begin_token(text);
    case State::kComment: return comment(text);
    case State::kName: return name(text);
    case State::kHash: return hash(text);
    case State::kWord: return word(text);
    case State::kString: return string(text);
    case State::kEscape:
      text.remove_prefix(1);
      state_ = State::kString;
      return Answer::kMore;
    case State::kHex: return hex(text);
    case State::kLess:
      state_ = State::kHex;
      if (text[0] != '<') return Answer::kMore;
      text.remove_prefix(1);
      return emit(Token::kDict);
    case State::kGreater: break;
  }
  if (text[0] != '>') return bad("a > stands here alone");
  text.remove_prefix(1);
  return emit(Token::kDictEnd);
}

Lexer::Answer Lexer::begin_token(std::string_view& text) {
  const std::size_t blanks = std::min(text.find_first_not_of(kBlanks), text.size());
  if (blanks > 0) {
    gap_ += blanks;
    text.remove_prefix(blanks);
    return Answer::kMore;
  }
  token_.at = at_;
  token_.gap = gap_;
  held_.clear();
  const char c = text[0];
  switch (c) {
    case '%': state_ = State::kComment; return Answer::kMore;
    case ')':
    case '{':
    case '}': return bad("a bracket stands here that opens or closes nothing");
    case '/': state_ = State::kName; break;
    case '<': state_ = State::kLess; break;
    case '>': state_ = State::kGreater; break;
    case '(':
      state_ = State::kString;
      depth_ = 1;
      break;
    case '[': text.remove_prefix(1); return emit(Token::kArray);
    case ']': text.remove_prefix(1); return emit(Token::kArrayEnd);
    default: state_ = State::kWord; return Answer::kMore;
  }
  text.remove_prefix(1);
  return Answer::kMore;
}

void Lexer::hold(std::string_view text) { held_ += text.substr(0, kMostHeld - std::min(kMostHeld, held_.size())); }

Lexer::Answer Lexer::comment(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  hold(text.substr(0, end));
  text.remove_prefix(end);
  return text.empty() ? Answer::kMore : emit(Token::kComment);
}

Lexer::Answer Lexer::name(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '#' && kEndsRegular.find(text[end]) == std::string_view::npos) ++end;
  hold(text.substr(0, end));
  text.remove_prefix(end);
  if (text.empty()) return Answer::kMore;
  if (text[0] != '#') return emit(Token::kName);
  text.remove_prefix(1);
  state_ = State::kHash;
  half_ = false;
  return Answer::kMore;
}

Lexer::Answer Lexer::hash(std::string_view& text) {
  const int digit = digit_of(text[0]);
  if (digit < 0) return bad("a # in this name is not followed by two hexadecimal digits");
  text.remove_prefix(1);
  digit_ = half_ ? digit_ * 16 + static_cast<unsigned>(digit) : static_cast<unsigned>(digit);
  half_ = !half_;
  if (half_) return Answer::kMore;
  if (digit_ == 0) return bad("this name holds a NUL byte");
  const char c = static_cast<char>(digit_);
  hold({&c, 1});
  state_ = State::kName;
  return Answer::kMore;
}

Lexer::Answer Lexer::word(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && kEndsRegular.find(text[end]) == std::string_view::npos) ++end;
  if (held_.size() + end > kMostWord) return bad("a word stands here that PDF does not have");
  held_ += text.substr(0, end);
  text.remove_prefix(end);
  return text.empty() ? Answer::kMore : emit_word();
}

Lexer::Answer Lexer::string(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("()\\"), text.size());
  text.remove_prefix(end);
  if (text.empty()) return Answer::kMore;
  const char c = text[0];
  text.remove_prefix(1);
  if (c == '\\') {
    state_ = State::kEscape;
    return Answer::kMore;
  }
  if (c == '(') {
    ++depth_;
    return Answer::kMore;
  }
  return --depth_ > 0 ? Answer::kMore : emit(Token::kString);
}

Lexer::Answer Lexer::hex(std::string_view& text) {
  const char c = text[0];
  if (c != '>' && digit_of(c) < 0 && !is_blank(c)) return bad("a hexadecimal string holds what is no digit");
  text.remove_prefix(1);
  return c == '>' ? emit(Token::kString) : Answer::kMore;
}

Lexer::Answer Lexer::emit(Token kind) {
  state_ = State::kBetween;
  gap_ = 0;
  token_.kind = kind;
  token_.text = held_;
  return Answer::kToken;
}

Lexer::Answer Lexer::emit_word() {
  bool real = false;
  if (!is_number(held_, real)) {
    const char first = held_[0];
    if ((first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.')
      return bad("a number is not written as PDF demands");
    return emit(Token::kWord);
  }
  std::string_view digits = held_;
  token_.negative = digits.front() == '-';
  if (token_.negative || digits.front() == '+') digits.remove_prefix(1);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  token_.integer = 0;
  if (real || digits.size() > kMostDigits) return emit(Token::kReal);
  for (const char c : digits) token_.integer = token_.integer * 10 + static_cast<unsigned>(c - '0');
  return emit(Token::kInteger);
}

Lexer::Answer Lexer::bad(std::string_view fault) {
  fault_ = fault;
  return Answer::kBad;
}

}  // namespace scalper::pdf
