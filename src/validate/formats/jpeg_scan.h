#pragma once
// The Huffman-coded data of a JPEG's scan (ITU-T T.81, annexes F and G), walked code by code and not drawn: whether
// every block is there. Sequential scans and the first scans of progressive pictures; refinements of coefficients need
// what came before and are only passed over. Belongs to one thread.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace scalper::jpeg {

// A table of codes, as DHT states it (C.2).
class Huffman {
 public:
  // `counts`: 16, how many codes have each length. False: they are more than there can be.
  [[nodiscard]] bool build(std::string_view counts, std::string_view values);
  [[nodiscard]] bool ready() const { return ready_; }
  // The value of the code that `bits`, 16 of them, begin with; `length` becomes that of the code, 0 = there is none.
  [[nodiscard]] unsigned decode(unsigned bits, unsigned& length) const;

 private:
  static constexpr unsigned kMost = 16;

  bool ready_ = false;
  std::array<unsigned, kMost + 1> behind_{};  // the first code of 16 bits that is longer than so many bits
  std::array<unsigned, kMost + 1> first_{};   // the first code of each length
  std::array<unsigned, kMost + 1> place_{};   // of its value
  std::array<std::uint8_t, 256> values_{};
};

struct Component {
  std::uint8_t id = 0;
  unsigned across = 1;  // sampling factors
  unsigned down = 1;
  unsigned quantizer = 0;  // the number of its table
};

struct Frame {
  unsigned width = 0;
  unsigned height = 0;
  unsigned precision = 8;  // bits of a sample, or 12
  bool progressive = false;
  std::vector<Component> components;
};

// A scan's header: its components by their place in the frame, with their tables.
struct ScanHeader {
  struct Part {
    std::size_t component = 0;
    const Huffman* dc = nullptr;
    const Huffman* ac = nullptr;
  };
  std::vector<Part> parts;
  unsigned from = 0;  // coefficients
  unsigned to = 63;
  unsigned before = 0;  // bits of them that earlier scans have given; 0: this is the first
};

class Scan {
 public:
  enum class Answer : std::uint8_t { kMore, kDamaged, kSurplus };

  // `restart`: units between two restarts, 0 = none. The tables outlive the scan. False: a table that it needs is not
  // there.
  [[nodiscard]] bool begin(const Frame& frame, const ScanHeader& header, unsigned restart);
  // Whether this scan can be walked; if not, the rest may not be called.
  [[nodiscard]] bool walked() const { return walked_; }
  // A byte of data, unstuffed. kSurplus: all blocks are there already.
  [[nodiscard]] Answer take(unsigned byte);
  // A restart marker, 0 to 7. False: it stands where it may not, or blocks are missing before it.
  [[nodiscard]] bool restart(unsigned number);
  // The scan ends. False: blocks are missing.
  [[nodiscard]] bool end();

 private:
  struct Block {
    const Huffman* dc = nullptr;
    const Huffman* ac = nullptr;
  };

  [[nodiscard]] bool symbol();
  [[nodiscard]] bool first_coefficient(const Huffman& table);
  [[nodiscard]] bool next_coefficient(const Huffman& table);
  [[nodiscard]] bool drain();
  [[nodiscard]] bool code(const Huffman& table, unsigned& value);
  [[nodiscard]] unsigned bits(unsigned count);
  void end_block();
  void begin_interval();
  [[nodiscard]] bool done() const { return left_ == 0; }

  bool walked_ = false;
  bool progressive_ = false;
  unsigned most_first_ = 11;  // bits of a block's first coefficient
  unsigned from_ = 0;
  unsigned to_ = 63;
  unsigned before_ = 0;
  std::vector<Block> unit_;     // the blocks of one unit
  std::uint64_t units_ = 0;     // left behind this interval
  std::uint64_t interval_ = 0;  // units between restarts, or all
  std::uint64_t left_ = 0;      // blocks of this interval
  std::size_t block_ = 0;       // within the unit
  unsigned place_ = 0;          // of the next coefficient
  std::uint64_t empty_ = 0;     // blocks that have no more coefficients
  unsigned next_restart_ = 0;
  bool restarts_ = false;
  std::uint64_t held_ = 0;  // bits
  unsigned holds_ = 0;
  bool over_ = false;  // more bits were asked for than there are
};

}  // namespace scalper::jpeg
