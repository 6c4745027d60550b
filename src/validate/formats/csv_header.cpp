#include "validate/formats/csv_header.h"

namespace scalper {

CsvHeader::Answer CsvHeader::add(std::string_view text, bool more) {
  if (!goes_on_) current_.assign(text.substr(0, kNameKept));
  const bool empty = !goes_on_ && !more && text.empty();
  goes_on_ = more;
  hasher_.add(text);
  if (more) return Answer::kMore;
  if (names_.size() < kNamesKept) names_.push_back(current_);
  const KeyHash hash = hasher_.finish();
  if (empty) return Answer::kEmpty;
  switch (names_seen_.add(hash)) {
    case JsonKeySets::Answer::kNew: return Answer::kNew;
    case JsonKeySets::Answer::kDuplicate: return Answer::kDuplicate;
    case JsonKeySets::Answer::kFull: return Answer::kTooMany;
  }
  return Answer::kNew;
}

std::optional<std::string> CsvHeader::name(std::uint64_t column) const {
  if (column >= names_.size()) return std::nullopt;
  return names_[column];
}

}  // namespace scalper
