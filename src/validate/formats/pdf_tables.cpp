#include "validate/formats/pdf_tables.h"

#include <algorithm>

namespace scalper::pdf {
namespace {

constexpr std::uint64_t kEntry = 20;  // bytes of one, its line's end included
constexpr std::size_t kOffsetDigits = 10;
constexpr std::size_t kGenerationDigits = 5;
constexpr std::uint64_t kMostWidth = 8;

}  // namespace

bool Tables::begin(std::uint64_t at, std::uint64_t gap, bool stream) {
  if (sections_.size() == kMostSections) {
    fault_ = Fault::kMany;
    return false;
  }
  Section section;
  section.at = at;
  section.gap = gap;
  section.stream = stream;
  section.freed = index_.freed_count();
  sections_.push_back(section);
  left_ = 0;
  fields_ = 0;
  return true;
}

bool Tables::take(const Lexeme& token, std::uint64_t here) { return left_ == 0 ? header(token) : entry(token, here); }

// The number of a part's first object, and how many there are.
bool Tables::header(const Lexeme& token) {
  if (token.kind != Token::kInteger || token.negative || token.integer > kMostNumber + 1)
    return bad("the table goes on with what is no part of it");
  field_[fields_++] = token.integer;
  if (fields_ < 2) return true;
  fields_ = 0;
  number_ = field_[0];
  left_ = field_[1];
  entry_at_ = 0;
  if (number_ + left_ > kMostNumber + 1) return bad("the table names more objects than a file can have");
  return true;
}

// Readers jump by 20 bytes, so entries have to be as long.
bool Tables::entry(const Lexeme& token, std::uint64_t here) {
  const bool word = fields_ == 2;
  const std::size_t digits = fields_ == 0 ? kOffsetDigits : kGenerationDigits;
  if (word ? token.kind != Token::kWord || (token.text != "n" && token.text != "f")
           : token.kind != Token::kInteger || token.text.size() != digits)
    return bad("an entry of the table is not written as it has to be");
  if (fields_ == 0) {
    if (entry_at_ != 0 && token.at != entry_at_ + kEntry)
      return bad("an entry of the table does not have the length of 20 bytes");
    entry_at_ = token.at;
  }
  if (!word) {
    field_[fields_++] = token.integer;
    return true;
  }
  fields_ = 0;
  --left_;
  const std::uint64_t number = number_++;
  if (token.text == "f") return freed(number);
  reached(number);
  if (number == 0 || field_[0] == 0 || field_[1] > kMostGeneration)
    return bad("the table says of object " + std::to_string(number) + " what cannot be");
  return found(index_.listed(number, field_[1], field_[0], here), number, field_[0]);
}

bool Tables::freed(std::uint64_t number) {
  if (number == 0 || index_.freed(number, sections_.back().at)) return true;
  fault_ = Fault::kMany;
  return false;
}

bool Tables::found(Index::Found found, std::uint64_t number, std::uint64_t at) {
  if (found == Index::Found::kFull) {
    fault_ = Fault::kMany;
    return false;
  }
  if (found != Index::Found::kNo) return true;
  return bad("the table says that object " + std::to_string(number) + " begins at byte " + std::to_string(at) +
             ", and it does not");
}

void Tables::reached(std::uint64_t number) { sections_.back().highest = std::max(sections_.back().highest, number); }

bool Tables::trailer(const Facts& facts) {
  Section& section = sections_.back();
  section.size = facts.size;
  section.previous = facts.previous;
  section.root = facts.root;
  if (!section.stream) {
    section.table = facts.table;
    if (section.table.has_value()) index_.forget_freed(section.freed);
    return true;
  }
  if (!facts.size.has_value() || facts.widths.size() != 3) return bad("the cross-reference stream has no /Size or /W");
  if (facts.index.size() % 2 != 0) return bad("the cross-reference stream has half a part in its /Index");
  for (std::size_t i = 0; i < 3; ++i) {
    widths_[i] = facts.widths[i];
    if (widths_[i] > kMostWidth) return bad("the cross-reference stream has fields that are too wide");
  }
  parts_.clear();
  for (std::size_t i = 0; i < facts.index.size(); i += 2) parts_.push_back({facts.index[i], facts.index[i + 1]});
  if (facts.index.empty()) parts_.push_back({0, *facts.size});
  for (const Part& part : parts_) {
    if (part.first > kMostNumber || part.count > kMostNumber + 1 || part.first + part.count > kMostNumber + 1)
      return bad("the cross-reference stream names more objects than a file can have");
  }
  if (widths_[1] == 0 || widths_[0] + widths_[1] + widths_[2] == 0)
    return bad("the cross-reference stream has no places of objects");
  std::reverse(parts_.begin(), parts_.end());
  row_.clear();
  return true;
}

bool Tables::rows(Bytes bytes, std::uint64_t here) {
  std::string_view text = as_text(bytes);
  const std::size_t size = static_cast<std::size_t>(widths_[0] + widths_[1] + widths_[2]);
  while (!text.empty()) {
    const std::size_t taken = std::min(text.size(), size - row_.size());
    row_ += text.substr(0, taken);
    text.remove_prefix(taken);
    if (row_.size() < size) return true;
    if (!row(here)) return false;
    row_.clear();
  }
  return true;
}

bool Tables::row(std::uint64_t here) {
  while (!parts_.empty() && parts_.back().count == 0) parts_.pop_back();
  if (parts_.empty()) return bad("the cross-reference stream has more entries than it says");
  std::size_t at = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    field_[i] = 0;
    for (std::uint64_t n = 0; n < widths_[i]; ++n) field_[i] = field_[i] << 8U | static_cast<unsigned char>(row_[at++]);
  }
  if (widths_[0] == 0) field_[0] = 1;
  const std::uint64_t number = parts_.back().first++;
  --parts_.back().count;
  if (field_[0] == 0) return freed(number);
  if (field_[0] != 1 && field_[0] != 2) return true;  // of a kind that readers pass over
  reached(number);
  if (number == 0) return bad("the table says of object 0 what cannot be");
  if (field_[0] == 2) return found(index_.listed_inside(number, field_[1], field_[2]), number, field_[1]);
  if (field_[1] == 0 || field_[2] > kMostGeneration)
    return bad("the table says of object " + std::to_string(number) + " what cannot be");
  return found(index_.listed(number, field_[2], field_[1], here), number, field_[1]);
}

bool Tables::end_rows() {
  while (!parts_.empty() && parts_.back().count == 0) parts_.pop_back();
  return parts_.empty() && row_.empty() ? true : bad("the cross-reference stream has fewer entries than it says");
}

Section* Tables::section_at(std::uint64_t at) {
  const auto found = std::lower_bound(sections_.begin(), sections_.end(), at,
                                      [](const Section& one, std::uint64_t wanted) { return one.at < wanted; });
  return found == sections_.end() || found->at - found->gap > at ? nullptr : &*found;
}

const Section* Tables::walk(std::uint64_t start) {
  Section* const newest = section_at(start);
  if (newest == nullptr) {
    static_cast<void>(bad("the end of the file leads to no cross-reference table"));
    return nullptr;
  }
  std::uint64_t highest = 0;
  std::size_t walked = 0;
  for (Section* here = newest; here != nullptr; ++walked) {
    highest = std::max(highest, here->highest);
    here->reached = true;
    if (here->table.has_value()) {
      Section* const beside = section_at(*here->table);
      if (beside == nullptr || !beside->stream) {
        static_cast<void>(bad("a trailer leads to a cross-reference stream that is not there"));
        return nullptr;
      }
      highest = std::max(highest, beside->highest);
      beside->reached = true;
    }
    if (!here->previous.has_value()) break;
    here = section_at(*here->previous);
    if (here == nullptr || walked > sections_.size()) {
      static_cast<void>(bad(here == nullptr ? "a trailer leads to an older table that is not there"
                                            : "the tables of the file lead to each other in a circle"));
      return nullptr;
    }
  }
  if (std::any_of(sections_.begin(), sections_.end(), [](const Section& one) { return !one.reached; })) {
    static_cast<void>(bad("the end of the file does not lead to each of its tables: readers see different documents"));
    return nullptr;
  }
  if (!newest->size.has_value() || *newest->size <= highest) {
    static_cast<void>(bad("the trailer has no /Size, or one that is below the number of an object"));
    return nullptr;
  }
  return newest;
}

bool Tables::bad(std::string words) {
  fault_ = Fault::kBuilt;
  words_ = std::move(words);
  return false;
}

}  // namespace scalper::pdf
