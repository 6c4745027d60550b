#pragma once
// Content that is of two types at once: one reader shows a picture, another one unpacks an archive from the same bytes.
// Looked for are what such files are made of: an archive at the end of something else (zip is read from its end), a tar
// header or medical image whose first bytes are those of another type, and a PDF that begins a little later than it
// should (readers take the first 1,024 bytes for it). Formats that judge every byte to their end (text, tables, JSON,
// gzip, zip, tar) have no room for an archive behind them.
//
// Sources: APPNOTE 6.3.10, 4.3.16; ISO 32000-1, Annex H, 3 (implementation notes 13 and 18); DICOM PS3.10, 7.1.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "validate/checker.h"
#include "validate/detect/types.h"
#include "validate/formats/reservation.h"

namespace scalper {

class PolyglotLook {
 public:
  // `layer` outlives it. `head`: what type_by_mark() looks at, or all there is. Its memory comes from the layer's
  // budget where the end has to be looked at; limit.memory is said if there is none.
  PolyglotLook(const Layer& layer, const ContentType& type, std::string_view head);

  // Whether bytes are wanted that follow.
  [[nodiscard]] bool wants() const { return room_.has_value(); }
  void feed(Bytes bytes);
  // Behind the last byte: says safety.polyglot, as strictly as the contract demands.
  void finish();

 private:
  void keep(std::size_t most);
  void say(std::string_view other) const;

  const Layer& layer_;
  const ContentType& type_;
  std::string_view other_;   // found at the beginning
  bool pdf_begins_ = false;  // a PDF's header stands where it should not
  bool zip_ends_ = false;    // an archive at the end is looked for
  std::optional<Reservation> room_;
  std::string tail_;
  std::uint64_t size_ = 0;
};

}  // namespace scalper
