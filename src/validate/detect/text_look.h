#pragma once
// What the beginning of a file says about text: whether it is text, and of which kind.

#include <cstdint>
#include <string_view>

namespace scalper {

enum class TextLook : std::uint8_t {
  kEmpty,
  kPlain,
  kJson,    // begins as an object or array
  kNdjson,  // its first line is an object or array, and another one follows
  kMarkup,  // begins with '<' and what may stand behind it in XML
  kUtf16,   // begins with the mark of UTF-16 or UTF-32, or as ASCII would in them
  kBinary,  // has bytes that no UTF-8 text has
};

// `head`: the file's first bytes; `whole` if there are no others. A character that the head's end cuts is text.
[[nodiscard]] TextLook look_at_text(std::string_view head, bool whole);

}  // namespace scalper
