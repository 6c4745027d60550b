#pragma once
// The data of one stream of a PDF after the other: what of it can be decoded is, tables go to Tables and object streams
// to ObjectStream, and all of it is counted. Belongs to one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "validate/checker.h"
#include "validate/formats/pdf_flate.h"
#include "validate/formats/pdf_index.h"
#include "validate/formats/pdf_object_stream.h"
#include "validate/formats/pdf_tables.h"

namespace scalper::pdf {

struct Problem {
  std::string_view code;
  std::string message;
  bool unless_encrypted = false;  // it is none if the document turns out to be encrypted
};

// Where a stream stands.
struct StreamPlace {
  std::uint64_t number = 0;  // of its object
  std::uint64_t at = 0;      // where that begins
  std::uint64_t gap = 0;     // blanks before
  std::uint64_t data = 0;    // where the data begins
};

class StreamData {
 public:
  // All outlive it.
  StreamData(const Layer& layer, Tables& tables, Look& look, Index& index);

  // Each answers what is wrong, if anything is. Nothing more of that stream is then looked at.
  [[nodiscard]] std::optional<Problem> begin(const Facts& facts, const StreamPlace& place, bool encrypted);
  [[nodiscard]] std::optional<Problem> feed(Bytes bytes);
  [[nodiscard]] std::optional<Problem> end();

  // Whether all object streams so far could be read.
  [[nodiscard]] bool all_objects() const { return all_objects_; }
  [[nodiscard]] const ObjectReader& reader() const { return reader_; }

 private:
  enum class Use : std::uint8_t { kNothing, kCounted, kTable, kObjects };

  [[nodiscard]] std::optional<Problem> begin_table(const Facts& facts);
  [[nodiscard]] std::optional<Problem> begin_objects(const Facts& facts, bool encrypted);
  [[nodiscard]] std::optional<Problem> begin_decoder(const Facts& facts);
  [[nodiscard]] bool take(Bytes decoded);
  [[nodiscard]] bool within_limits(std::size_t bytes);
  [[nodiscard]] std::optional<Problem> stopped();
  [[nodiscard]] std::optional<Problem> damaged(std::string message);
  [[nodiscard]] std::optional<Problem> objects_fault();
  void give_up();

  const Layer& layer_;
  Tables& tables_;
  ObjectReader reader_;  // of objects within streams
  ObjectStream objects_;
  Flate flate_;
  Predictor predictor_;
  StreamPlace place_;
  Use use_ = Use::kNothing;
  bool packed_ = false;
  bool unpacked_ = false;  // the packed data has ended
  bool all_objects_ = true;
  std::uint64_t decoded_ = 0;
  std::optional<Problem> limit_;
};

}  // namespace scalper::pdf
