#pragma once
// Text from files and senders never reaches a terminal, a log line or a message as it came.

#include <cstddef>
#include <string>
#include <string_view>

namespace scalper {

// Printable form of hostile text: control characters, DEL, C1 controls, bidi and zero-width format characters, line
// separators and invalid UTF-8 become \n, \t, \xNN or \u{NNNN}; a backslash becomes \\. The result is valid UTF-8 on
// one line, cut at a character boundary to at most `max_chars` characters with a trailing ellipsis.
[[nodiscard]] std::string escape_text(std::string_view text, std::size_t max_chars = 80);

// Length in bytes of the longest valid UTF-8 prefix (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);
[[nodiscard]] inline bool is_valid_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

}  // namespace scalper
