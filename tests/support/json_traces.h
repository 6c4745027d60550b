#pragma once
// What a tokenizer said of a text, as lines that can be compared; and the same from a plain reader that has the whole
// text before it, one byte after the other: the reference for the fast one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/cuts.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper::tests {

struct JsonTrace {
  std::vector<std::string> events;  // "key 1 abc", "string+ 5 ..." for a piece that has a successor
  std::optional<JsonFaultKind> fault;
  std::uint64_t byte = 0;
  std::uint64_t line = 0;
  std::string message;
};

[[nodiscard]] JsonTrace trace_of(const Chunks& chunks, JsonOptions options = {});
[[nodiscard]] JsonTrace reference_trace(std::string_view text, JsonOptions options = {});
[[nodiscard]] std::string_view to_string(JsonFaultKind kind);

}  // namespace scalper::tests
