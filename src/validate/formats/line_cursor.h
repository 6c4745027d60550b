#pragma once
// Line numbers, counted only where someone asks: the place that was asked for last is remembered, and a chunk that is
// left behind is counted once.

#include <cstdint>
#include <string_view>

namespace scalper {

// How many line feeds there are.
[[nodiscard]] std::uint64_t count_line_feeds(std::string_view text);

class LineCursor {
 public:
  // What follows begins at `byte` of the stream, on the 1-based `line`.
  void restart(std::uint64_t byte, std::uint64_t line);
  // `chunk` follows what was left behind; borrowed until leave().
  void enter(std::string_view chunk);
  void leave();
  // The same, by a caller who has counted the chunk's line feeds.
  void leave_counted(std::uint64_t line_feeds);
  // The 1-based line of a byte of the current chunk or just behind it. Bytes before the chunk answer its first line.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t byte);

 private:
  std::string_view chunk_;
  std::uint64_t base_ = 0;   // offset of chunk_
  std::uint64_t first_ = 1;  // the line that chunk_ begins on
  std::uint64_t known_ = 0;  // an offset in chunk_ ...
  std::uint64_t line_ = 1;   // ... and its line
};

}  // namespace scalper
