#pragma once
// Where the bytes are that mean something in JSON, 64 at a time: the structural pass in front of the tokenizer.

#include <cstddef>
#include <cstdint>

namespace scalper {

inline constexpr std::size_t kJsonBlock = 64;

// What is carried from one block to the next. It starts between two tokens.
struct JsonMarks {
  const char* begin = nullptr;          // the marks are counted from here; at most 4 GiB before the last block
  const char* end = nullptr;            // of the chunk: nothing is looked at from here on
  bool lines = false;                   // line feeds outside of strings are marked as well
  std::uint64_t in_string = 0;          // all ones: the block before ended inside of a string
  std::uint64_t in_scalar = 0;          // 1: it ended with a character of a word or number
  std::uint64_t escaped = 0;            // 1: it ended with a backslash that takes the next character
  const char* escapes_to = nullptr;     // escapes before here were looked at
  const char* characters_to = nullptr;  // characters above U+007F before here were looked at
};

// Writes at `to` the place of every { } [ ] : , outside of strings, of the quote that opens a string, and of the first
// byte of anything else but white space; answers behind the last. `blocks` is set to how many of them, from the first
// on, have nothing in a string that takes a second look: no control character, no escape without a character, no bytes
// that are no UTF-8. Up to seven places more than it answers may be written over.
using JsonLook = std::uint32_t* (*)(JsonMarks& marks, const char* at, std::size_t& blocks, std::uint32_t* to);
// Null: this processor has no AVX2 and carry-less products, and the tokenizer goes byte by byte.
[[nodiscard]] JsonLook json_look();

}  // namespace scalper
