#pragma once
// The decoded bytes of an object stream (ISO 32000-2, 7.5.7): pairs of an object's number and place, then the objects.
// Belongs to one thread.

#include <cstdint>
#include <string_view>
#include <vector>

#include "validate/formats/pdf_index.h"
#include "validate/formats/pdf_lexer.h"
#include "validate/formats/pdf_object.h"

namespace scalper::pdf {

// What an object turned out to be, for the index.
[[nodiscard]] ObjectKind kind_of(const Facts& facts);

class ObjectStream {
 public:
  static constexpr std::uint64_t kMostObjects = 32'768;

  enum class Fault : std::uint8_t {
    kNone,
    kBuilt,   // words() says how
    kDeep,    // its objects lie deeper within each other than is followed
    kMany,    // it has more objects than are followed
    kMemory,  // the index has no room
  };

  // Both outlive it.
  ObjectStream(ObjectReader& reader, Index& index) : reader_(reader), index_(index) {}

  // `holder`: its number; `at`: where it stands in the file. False: fault() is set.
  [[nodiscard]] bool begin(const Facts& facts, std::uint64_t holder, std::uint64_t at);
  [[nodiscard]] bool feed(Bytes bytes);
  // It is whole.
  [[nodiscard]] bool end();
  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] std::string_view words() const { return words_; }

 private:
  struct Place {
    std::uint32_t number = 0;
    std::uint32_t from = 0;  // behind first_
  };

  [[nodiscard]] bool token(const Lexeme& token);
  [[nodiscard]] bool pair(const Lexeme& token);
  [[nodiscard]] bool object(const Lexeme& token);
  [[nodiscard]] bool finish_object();
  [[nodiscard]] bool bad(std::string_view words);

  ObjectReader& reader_;
  Index& index_;
  Lexer lexer_;
  std::vector<Place> places_;
  std::uint64_t holder_ = 0;
  std::uint64_t at_ = 0;
  std::uint64_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t begun_ = 0;   // objects
  bool half_ = false;       // a pair's number is there
  bool commented_ = false;  // the next object begins with a comment
  Fault fault_ = Fault::kNone;
  std::string_view words_;
};

}  // namespace scalper::pdf
