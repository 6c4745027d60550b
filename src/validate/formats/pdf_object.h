#pragma once
// One object of a PDF, or a trailer, from its tokens: whether it is built as ISO 32000-2, 7.3 demands, and what of it
// others have to know. Nothing else of it is kept. Belongs to one thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/pdf_lexer.h"
#include "validate/formats/pdf_look.h"

namespace scalper::pdf {

inline constexpr std::uint64_t kMostNumber = 8'388'607;  // of objects (ISO 32000-1, annex C)
inline constexpr std::uint64_t kMostGeneration = 65'535;

struct Reference {
  std::uint32_t number = 0;
  std::uint16_t generation = 0;
};

// What an object says of itself. The keys are those of the outermost dictionary.
struct Facts {
  enum class Shape : std::uint8_t { kOther, kInteger, kDict };
  enum class Type : std::uint8_t { kOther, kCatalog, kPage, kTable, kObjects };  // of /Type
  enum class Filter : std::uint8_t { kNone, kFlate, kFlateFirst, kOther };

  Shape shape = Shape::kOther;
  std::uint64_t integer = 0;  // of kInteger, if it is not negative
  Type type = Type::kOther;
  Filter filter = Filter::kNone;
  std::optional<std::uint64_t> length;
  std::optional<Reference> length_at;
  std::optional<Reference> root;
  std::optional<Reference> pages;                                    // of a catalog
  std::optional<std::uint64_t> size, previous, table, first, count;  // /Size /Prev /XRefStm /First /N
  std::vector<std::uint64_t> widths;                                 // /W
  std::vector<std::uint64_t> index;                                  // /Index
  std::uint64_t predictor = 1, colours = 1, bits = 8, columns = 1;
  bool encrypted = false;  // /Encrypt
  bool strange = false;    // a filter that is none of the standard's
  bool outside = false;    // /F: the data of the stream lies in another file
  bool beyond = false;     // /Index has more numbers than are kept
  bool link = false;       // an action that opens an address or another file
};

class ObjectReader {
 public:
  static constexpr std::size_t kMostDepth = 256;
  static constexpr std::size_t kMostIndex = 16'384;  // numbers in /Index
  static constexpr std::size_t kMostWidths = 4;      // numbers in /W, of which there have to be three
  static constexpr std::size_t kMostStarts = 1024;   // references that starts() keeps

  enum class Answer : std::uint8_t {
    kMore,
    kWord,  // this token is none of an object
    kBad,   // fault() says why
    kDeep,  // more lies within each other than is followed
  };

  // `look` outlives it, and is told at `at`, or at each token's own place.
  explicit ObjectReader(Look& look) : look_(look) {}

  // Starts anew. `at`: where all of it is said to be, for what lies in a stream.
  void begin(std::optional<std::uint64_t> at);
  [[nodiscard]] Answer take(const Lexeme& token);
  // No more tokens come. False: it is not one whole object.
  [[nodiscard]] bool end();
  // A whole object is there, as far as can be known before end().
  [[nodiscard]] bool whole() const { return frames_.empty() && done_; }
  [[nodiscard]] const Facts& facts() const { return facts_; }
  [[nodiscard]] std::string_view fault() const { return fault_; }
  // The objects that run when something is opened, over all objects read.
  [[nodiscard]] const std::vector<Reference>& starts() const { return starts_; }
  [[nodiscard]] bool all_starts() const { return starts_.size() < kMostStarts; }

 private:
  enum class Kind : std::uint8_t { kInteger, kReal, kName, kString, kReference, kWord, kArray, kDict };
  struct Value {
    Kind kind = Kind::kWord;
    std::string_view name;
    std::uint64_t number = 0;
    std::uint64_t generation = 0;
    bool negative = false;
  };
  struct Frame {
    bool dict = false;
    bool keyed = false;      // a key waits for its value
    bool automatic = false;  // within /OpenAction or /AA
    std::uint8_t key = 0;    // of the dictionary, or of the one that an array is the value of
  };
  struct Held {
    std::uint64_t number = 0;
    bool negative = false;
  };

  [[nodiscard]] Answer integer(const Lexeme& token);
  [[nodiscard]] Answer word(const Lexeme& token);
  [[nodiscard]] Answer open(bool dict);
  [[nodiscard]] Answer close(bool dict);
  [[nodiscard]] Answer name(const Lexeme& token);
  [[nodiscard]] Answer key(std::string_view name);
  [[nodiscard]] bool flush();
  [[nodiscard]] bool value(const Value& value);
  [[nodiscard]] bool note(const Value& value);
  [[nodiscard]] bool note_own(std::uint8_t key, const Value& value);
  void note_name(std::uint8_t key, std::string_view name);
  void note_filter(const Value& value);
  void note_parameter(std::uint8_t key, const Value& value);
  void note_start(const Value& value);
  [[nodiscard]] Answer bad(std::string_view fault);

  Look& look_;
  Facts facts_;
  std::optional<std::uint64_t> fixed_at_;
  std::uint64_t at_ = 0;
  std::vector<Frame> frames_;
  std::array<Held, 2> held_{};  // numbers that may begin a reference
  std::size_t holds_ = 0;
  std::uint64_t seen_ = 0;  // keys of the outermost dictionary, by bit
  bool done_ = false;
  std::vector<Reference> starts_;
  std::string_view fault_;
};

}  // namespace scalper::pdf
