#include "validate/formats/pdf_stream_end.h"

namespace scalper::pdf {

StreamEnd::Match StreamEnd::match(std::size_t from) const {
  std::string_view text = std::string_view(held_).substr(from);
  if (kStream.starts_with(text)) return Match::kPart;
  if (!text.starts_with(kStream)) return Match::kNone;
  text.remove_prefix(kStream.size());
  std::size_t blanks = 0;
  while (blanks < text.size() && is_blank(text[blanks])) ++blanks;
  if (blanks == 0 || blanks > kMostBetween) return Match::kNone;
  text.remove_prefix(blanks);
  if (text == kObject) return Match::kWhole;
  return kObject.starts_with(text) ? Match::kPart : Match::kNone;
}

void StreamEnd::count(std::string_view data) {
  std::size_t blanks = 0;
  while (blanks < data.size() && is_blank(data[data.size() - 1 - blanks])) ++blanks;
  blanks_ = blanks == data.size() ? blanks_ + blanks : blanks;
  length_ += data.size();
}

}  // namespace scalper::pdf
