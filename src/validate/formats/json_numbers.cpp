// The numbers of RFC 8259, section 6, resumable at every byte.
#include "validate/formats/json_scan.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper {
namespace {

// The longest number that is in a double's range whatever its digits.
constexpr std::uint64_t kSafeLength = 300;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_e(char c) { return c == 'e' || c == 'E'; }

}  // namespace

const char* JsonTokenizer::number(const char* at, const char* end) {
  while (at != end) {
    switch (number_state_) {
      case NumberState::kMinus:
        if (!is_digit(*at)) return number_fault(at, end);
        number_state_ = *at++ == '0' ? NumberState::kZero : NumberState::kWhole;
        break;
      case NumberState::kWhole:
        at = json_skip_digits(at, end);
        if (at == end) return at;
        [[fallthrough]];
      case NumberState::kZero:
        if (*at == '.') {
          number_state_ = NumberState::kPoint;
        } else if (is_e(*at)) {
          number_state_ = NumberState::kE;
        } else if (is_digit(*at)) {
          return number_fault(at, end);
        } else {
          end_number(at);
          return at;
        }
        ++at;
        break;
      case NumberState::kPoint:
        if (!is_digit(*at)) return number_fault(at, end);
        number_state_ = NumberState::kFraction;
        [[fallthrough]];
      case NumberState::kFraction:
        at = json_skip_digits(at, end);
        if (at == end) return at;
        if (!is_e(*at)) {
          end_number(at);
          return at;
        }
        number_state_ = NumberState::kE;
        ++at;
        break;
      case NumberState::kE:
        exponent_ = true;
        if (*at == '+' || *at == '-') {
          number_state_ = NumberState::kSign;
          ++at;
          break;
        }
        [[fallthrough]];
      case NumberState::kSign:
        if (!is_digit(*at)) return number_fault(at, end);
        number_state_ = NumberState::kExponent;
        [[fallthrough]];
      case NumberState::kExponent:
        at = json_skip_digits(at, end);
        if (at != end) end_number(at);
        return at;
    }
  }
  return at;
}

void JsonTokenizer::end_number(const char* at) {
  inside_ = Inside::kNothing;
  const std::uint64_t length = (at == nullptr ? base_ : offset(at)) - token_byte_;
  if (options_.wants == JsonWants::kEverything || exponent_ || length > kSafeLength) emit_text(at);
  end_value();
}

const char* JsonTokenizer::number_fault(const char* at, const char* end) {
  keep_run(at);
  if (number_state_ == NumberState::kZero) {
    return fail({.kind = JsonFaultKind::kNumber, .sentence = JsonSentence::kLeadingZero, .byte = offset(at)}, end);
  }
  return fail_expecting(JsonFaultKind::kNumber, at, "a digit", end);
}

}  // namespace scalper
