#pragma once
// What the streams of a PDF are decoded by (ISO 32000-2, 7.4.4): zlib data, and the predictors of PNG behind it.
// Belongs to one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "validate/budget.h"
#include "validate/formats/pdf_object.h"
#include "validate/formats/reservation.h"

namespace scalper::pdf {

using Sink = std::function<bool(Bytes)>;  // false: no more is wanted

class Flate {
 public:
  enum class Answer : std::uint8_t {
    kMore,
    kEnd,      // the data ends here; what follows is none
    kDamaged,  // it cannot be decoded, or has a wrong checksum
    kStopped,  // the sink wants no more
    kNoMemory,
  };

  // `windows` outlives it.
  explicit Flate(Budget& windows);
  ~Flate();
  Flate(const Flate&) = delete;
  Flate& operator=(const Flate&) = delete;

  // Before each stream. kNoMemory: the windows of all decoders would take too much.
  [[nodiscard]] bool begin();
  // Takes from the front of `in`; all of it where the answer is kMore.
  [[nodiscard]] Answer feed(Bytes& in, const Sink& sink);

 private:
  struct Inflater;

  Budget& windows_;
  std::unique_ptr<Reservation> room_;
  std::unique_ptr<Inflater> inflater_;
};

// Undoes a predictor, row by row.
class Predictor {
 public:
  // False: it is none that is undone here, or has rows longer than kMostRow.
  [[nodiscard]] bool begin(const Facts& facts);
  // False: a row names a filter that PNG does not have, or the sink wants no more.
  [[nodiscard]] bool feed(Bytes in, const Sink& sink);
  // Whether it has all of its last row.
  [[nodiscard]] bool whole() const { return row_.empty(); }

 private:
  static constexpr std::uint64_t kMostRow = 4096;

  [[nodiscard]] bool undo();

  std::size_t size_ = 0;  // of a row without its filter; 0: nothing is to be undone
  std::size_t step_ = 1;  // bytes of a pixel
  std::vector<std::uint8_t> row_;
  std::vector<std::uint8_t> above_;
};

}  // namespace scalper::pdf
