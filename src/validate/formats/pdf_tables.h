#pragma once
// The cross-reference of a PDF (ISO 32000-2, 7.5.4, 7.5.5, 7.5.8): classical tables by their tokens, cross-reference
// streams by their decoded bytes, each entry held against the index of what was seen; and the chain of sections, the
// newest first. Belongs to one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/pdf_index.h"
#include "validate/formats/pdf_lexer.h"
#include "validate/formats/pdf_object.h"

namespace scalper::pdf {

struct Section {
  std::uint64_t at = 0;
  std::uint64_t gap = 0;      // blanks before it
  std::uint64_t highest = 0;  // number of its entries
  std::optional<std::uint64_t> size, previous, table;
  std::optional<Reference> root;
  bool stream = false;
  bool reached = false;   // by the chain from the end
  std::size_t freed = 0;  // how many objects were freed before it
};

class Tables {
 public:
  static constexpr std::size_t kMostSections = 4096;

  enum class Fault : std::uint8_t {
    kNone,
    kBuilt,  // words() says what is wrong
    kMany,   // the index or the list of sections is full
  };

  // `index` outlives it.
  explicit Tables(Index& index) : index_(index) {}

  // A section begins. False: there are too many.
  [[nodiscard]] bool begin(std::uint64_t at, std::uint64_t gap, bool stream);
  // A token of a classical table. `here`: the file has been read so far. False: fault() is set.
  [[nodiscard]] bool take(const Lexeme& token, std::uint64_t here);
  // Whether the table may end here.
  [[nodiscard]] bool complete() const { return left_ == 0 && fields_ == 0; }
  // Its trailer, or the dictionary of the stream.
  [[nodiscard]] bool trailer(const Facts& facts);
  // The decoded bytes of a cross-reference stream, behind trailer().
  [[nodiscard]] bool rows(Bytes bytes, std::uint64_t here);
  [[nodiscard]] bool end_rows();

  // Behind the last byte: the chain of sections from `start` on. Null: fault() is set. Else the newest one.
  [[nodiscard]] const Section* walk(std::uint64_t start);

  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] const std::string& words() const { return words_; }

 private:
  struct Part {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };

  [[nodiscard]] bool header(const Lexeme& token);
  [[nodiscard]] bool entry(const Lexeme& token, std::uint64_t here);
  [[nodiscard]] bool row(std::uint64_t here);
  [[nodiscard]] bool found(Index::Found found, std::uint64_t number, std::uint64_t at);
  [[nodiscard]] Section* section_at(std::uint64_t at);
  [[nodiscard]] bool freed(std::uint64_t number);
  void reached(std::uint64_t number);
  [[nodiscard]] bool bad(std::string words);

  Index& index_;
  std::vector<Section> sections_;
  // Of the current one
  std::uint64_t number_ = 0;  // of the next entry
  std::uint64_t left_ = 0;    // entries of the part
  std::uint64_t fields_ = 0;  // of the entry, or of a part's header, that are there
  std::uint64_t field_[3] = {};
  std::uint64_t entry_at_ = 0;  // where the last entry began; 0: none of this part
  std::vector<Part> parts_;     // of a stream, the next one at the end
  std::uint64_t widths_[3] = {};
  std::string row_;
  Fault fault_ = Fault::kNone;
  std::string words_;
};

}  // namespace scalper::pdf
