#pragma once
// The image data of a PNG: one zlib stream over all IDAT chunks, decoded and counted row by row.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "validate/budget.h"

namespace scalper {

// Of IHDR.
struct PngHeader {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  unsigned depth = 0;   // bits a sample
  unsigned colour = 0;  // type: 0, 2, 3, 4, 6
  bool interlaced = false;

  // Whether type and depth go together (11.2.1).
  [[nodiscard]] bool is_allowed() const;
  [[nodiscard]] std::uint64_t row_bytes(std::uint64_t pixels) const;
  // Of all rows with their filters, as decoded; at most the largest number.
  [[nodiscard]] std::uint64_t pixel_bytes() const;
  [[nodiscard]] bool has_palette() const { return colour == 3; }
};

class PngPixels {
 public:
  enum class Answer : std::uint8_t {
    kMore,
    kDone,      // all rows are there and the stream has ended; `in` holds what follows
    kDamaged,   // the stream cannot be decoded, or has a wrong checksum
    kTooFew,    // it ends before the last row
    kTooMany,   // it goes on behind the last row
    kFilter,    // a row names a filter that does not exist
    kNoMemory,  // of the machine
  };

  // `windows` outlives it. Not granted: nothing may be fed.
  PngPixels(const PngHeader& header, Budget& windows);
  ~PngPixels();
  PngPixels(const PngPixels&) = delete;
  PngPixels& operator=(const PngPixels&) = delete;

  [[nodiscard]] bool granted() const { return granted_; }
  // Takes from the front of `in`; all of it where the answer is kMore.
  [[nodiscard]] Answer feed(Bytes& in);

 private:
  struct Pass {
    std::uint64_t row = 0;   // bytes, without the filter's
    std::uint64_t rows = 0;  // left
  };
  struct Inflater;

  // False: the rows are wrong, and wrong_ says how.
  bool count(Bytes out);
  void next_row();

  Budget& windows_;
  bool granted_ = false;
  std::unique_ptr<Inflater> inflater_;
  std::vector<Pass> passes_;  // the current one at the end
  std::uint64_t left_ = 0;    // of the current row
  bool in_row_ = false;
  Answer wrong_ = Answer::kMore;
};

}  // namespace scalper
