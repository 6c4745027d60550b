#pragma once
// AWS's words for errors and ours beside them. Internal to aws_errors.cpp and its test.

#include <optional>
#include <span>
#include <string_view>

#include "adapters/aws/client/aws_errors.h"

namespace scalper::aws {

struct Meaning {
  ErrorCode code = ErrorCode::kInternal;
  Remedy remedy = Remedy::kNone;
};

struct CodeMeaning {
  std::string_view aws;
  Meaning meaning;
};

[[nodiscard]] std::span<const CodeMeaning> known_codes();  // sorted by AWS's word
// Nothing: the word says nothing beyond the status.
[[nodiscard]] std::optional<Meaning> meaning_of_code(std::string_view code);
// Of an answer whose code is unknown (`has_code`) or absent.
[[nodiscard]] Meaning meaning_of_status(int status, bool has_code);

}  // namespace scalper::aws
