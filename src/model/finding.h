#pragma once
// One thing that a check has to say about a file.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalper {

enum class Severity : std::uint8_t {
  kError,         // the file breaks a rule: invalid
  kUnverifiable,  // something could not be checked: never valid
  kWarning,
};
[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view word);

// Where. Everything that does not apply is absent.
struct Location {
  std::vector<std::string> path;      // members from outside in: {"a.zip", "b/c.csv"}; raw, escape on the way out
  std::optional<std::uint64_t> byte;  // 0-based, in the innermost decoded, untranscoded layer
  std::optional<std::uint64_t> line;  // 1-based
  std::optional<std::uint64_t> row;   // 1-based, without the header
  std::optional<std::string> column;  // its name; raw
  std::optional<std::uint64_t> column_index;  // 1-based
  std::optional<std::string> pointer;         // JSON Pointer (RFC 6901); raw
  std::optional<std::uint64_t> outer_byte;    // offset in the received file where that decoder's block began

  friend bool operator==(const Location&, const Location&) = default;
};

struct Finding {
  std::string code;  // "family.reason", stable
  Severity severity = Severity::kError;
  std::string message;  // what was expected, what was found, how to mend; values escaped, at most 80 characters each
  Location location;

  friend bool operator==(const Finding&, const Finding&) = default;
};

// The order in which findings are kept and shown: (outer_byte, path, byte, code); absent offsets come first.
[[nodiscard]] bool comes_before(const Finding& a, const Finding& b);

}  // namespace scalper
