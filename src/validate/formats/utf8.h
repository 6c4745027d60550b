#pragma once
// UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF) in a stream that may be cut anywhere.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace scalper {

inline constexpr int kUtf8Bad = 0;   // no character begins here
inline constexpr int kUtf8Cut = -1;  // right so far, but the text ends inside the character

// The length in bytes of the one character that `text` begins with, kUtf8Bad or kUtf8Cut. `text` is not empty.
[[nodiscard]] int utf8_character(std::string_view text);

// Finds the first byte that belongs to no character. Carries at most three bytes between chunks.
class Utf8Stream {
 public:
  // The offset in the stream of the first bad sequence; nothing if all is well so far. After a bad sequence the rest is
  // not looked at any more.
  std::optional<std::uint64_t> feed(std::string_view chunk);
  // No character is cut: what follows may be skipped as far as it is known to be ASCII.
  [[nodiscard]] bool between() const { return carried_ == 0 || bad_; }
  void skip(std::size_t bytes) { consumed_ += bytes; }
  // The offset of a character that the end of the stream cuts.
  [[nodiscard]] std::optional<std::uint64_t> finish() const;

 private:
  // Adds bytes of `chunk` to the carried character; answers how many it took.
  std::size_t complete(std::string_view chunk);

  std::array<char, 4> carry_{};
  std::size_t carried_ = 0;
  std::uint64_t consumed_ = 0;  // bytes of the chunks before
  bool bad_ = false;
};

// Where the bytes above 0x7F begin: the length of the leading ASCII text.
[[nodiscard]] std::size_t ascii_prefix(std::string_view text);

}  // namespace scalper
