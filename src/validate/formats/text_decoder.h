#pragma once
// Characters of other encodings to UTF-8, piece by piece. UTF-16: RFC 2781; ISO 8859-1, ASCII:
// the bytes; windows-1252: WHATWG Encoding, index-windows-1252, but for its five bytes that stand for no character.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "validate/contract_settings.h"
#include "validate/offset_map.h"

namespace scalper {

// "UTF-16LE", for messages.
[[nodiscard]] std::string_view words_of(TextEncoding encoding);

class TextDecoder {
 public:
  // What is no character of the encoding; U+FFFD stands for it in the text.
  struct Fault {
    std::uint64_t byte = 0;
    std::uint64_t line = 1;
    std::string_view what;
  };

  explicit TextDecoder(TextEncoding encoding) : encoding_(encoding) {}

  // Adds to `text` what of the characters is whole; `map` may be null. The first piece is long enough to tell what it
  // is, or all there is.
  void decode(std::string_view bytes, std::string& text, OffsetMap* map);
  // The end: of a character that is cut.
  void finish(std::string& text, OffsetMap* map);
  // The bytes as a whole are of another encoding: a fault at the beginning.
  void doubt(std::string_view what) { fault_ = Fault{0, 1, what}; }
  // A byte order mark stood at the beginning; it is left out of the text.
  [[nodiscard]] bool mark() const { return mark_; }
  // The first one.
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  void look_for_others(std::string_view bytes);
  void put_byte(unsigned byte);
  void put_half(unsigned byte);
  void put_unit(std::uint32_t unit);
  void put_first(std::uint32_t unit);
  void leave_out_mark();
  void put(std::uint32_t character, std::uint32_t received);
  void broken(std::string_view what, std::uint64_t byte, std::uint32_t received);
  [[nodiscard]] bool big() const { return encoding_ == TextEncoding::kUtf16Be || turned_; }

  TextEncoding encoding_;
  std::string* text_ = nullptr;
  OffsetMap* map_ = nullptr;
  std::optional<Fault> fault_;
  std::uint64_t byte_ = 0;  // of the next character
  std::uint64_t line_ = 1;
  bool begun_ = false;
  bool mark_ = false;
  bool turned_ = false;            // UTF-16 by its mark: the more significant byte comes first
  std::optional<unsigned> first_;  // byte of a unit
  std::uint32_t high_ = 0;         // a surrogate that waits for its partner
};

// How a text's beginning is written, where it is UTF-16 or UTF-32, with a mark or by its zero bytes; empty: it is not.
[[nodiscard]] std::string_view wide_encoding(std::string_view head);

}  // namespace scalper
