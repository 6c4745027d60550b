#pragma once
// The inner loops of the JSON tokenizer. Each answers where it stopped, `end` at the latest.

namespace scalper {

// From inside a string: over text that needs no more care. Stops at a quote, a backslash, a control character, or at a
// byte above 0x7F that begins no character that is whole before `end`.
[[nodiscard]] const char* json_skip_text(const char* at, const char* end);
// Over space, tab, line feed and carriage return.
[[nodiscard]] const char* json_skip_space(const char* at, const char* end);
[[nodiscard]] const char* json_skip_digits(const char* at, const char* end);
// From a byte above 0x7F over whole characters above U+007F: stops at a byte that is none of theirs.
[[nodiscard]] const char* json_skip_wide(const char* at, const char* end);
// Behind an escape that stands for a character, both halves of a surrogate pair together; null where it is none, or
// does not end before `end`.
[[nodiscard]] const char* json_behind_escape(const char* at, const char* end);

}  // namespace scalper
