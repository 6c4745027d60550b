#include "validate/formats/pdf_object_stream.h"

namespace scalper::pdf {

namespace {

// Blanks may stand before.
bool begins_at(const Lexeme& token, std::uint64_t place) { return token.at >= place && token.at - token.gap <= place; }

}  // namespace

ObjectKind kind_of(const Facts& facts) {
  if (facts.shape == Facts::Shape::kInteger)
    return facts.integer <= kMostValue ? ObjectKind::kInteger : ObjectKind::kOther;
  if (facts.type == Facts::Type::kCatalog) return ObjectKind::kCatalog;
  if (facts.type == Facts::Type::kPage) return ObjectKind::kPage;
  if (facts.type == Facts::Type::kTable) return ObjectKind::kTable;
  return facts.link ? ObjectKind::kLink : ObjectKind::kOther;
}

bool ObjectStream::begin(const Facts& facts, std::uint64_t holder, std::uint64_t at) {
  fault_ = Fault::kNone;
  lexer_.begin(0);
  places_.clear();
  holder_ = holder;
  at_ = at;
  begun_ = 0;
  half_ = false;
  commented_ = false;
  if (!facts.first.has_value() || !facts.count.has_value())
    return bad("an object stream does not say how many objects it has, or where they begin");
  if (*facts.count > kMostObjects) {
    fault_ = Fault::kMany;
    return false;
  }
  first_ = *facts.first;
  count_ = static_cast<std::size_t>(*facts.count);
  return true;
}

bool ObjectStream::feed(Bytes bytes) {
  std::string_view text = as_text(bytes);
  while (!text.empty()) {
    switch (lexer_.next(text)) {
      case Lexer::Answer::kMore: return true;
      case Lexer::Answer::kBad: return bad(lexer_.fault());
      case Lexer::Answer::kToken: break;
    }
    if (!token(lexer_.token())) return false;
  }
  return true;
}

bool ObjectStream::end() {
  if (lexer_.end() == Lexer::Answer::kToken && !token(lexer_.token())) return false;
  if (lexer_.within()) return bad("an object stream ends within an object");
  if (places_.size() < count_ || begun_ < count_) return bad("an object stream has fewer objects than it says");
  return count_ == 0 || finish_object();
}

bool ObjectStream::token(const Lexeme& token) {
  if (token.kind == Token::kComment) {
    commented_ = commented_ || (begun_ < places_.size() && begins_at(token, first_ + places_[begun_].from));
    return true;
  }
  return places_.size() < count_ || half_ ? pair(token) : object(token);
}

bool ObjectStream::pair(const Lexeme& token) {
  const bool good = token.kind == Token::kInteger && !token.negative && lexer_.at() <= first_ &&
                    token.integer <= (half_ ? std::uint64_t{0x7FFFFFFF} : kMostNumber);
  if (!good) return bad("an object stream does not begin with the places of its objects");
  half_ = !half_;
  if (half_) {
    places_.push_back({static_cast<std::uint32_t>(token.integer), 0});
    return true;
  }
  places_.back().from = static_cast<std::uint32_t>(token.integer);
  if (places_.size() > 1 && places_[places_.size() - 2].from >= places_.back().from)
    return bad("the objects of an object stream are not in the order of their places");
  return true;
}

bool ObjectStream::object(const Lexeme& token) {
  const std::uint64_t place = begun_ < count_ ? first_ + places_[begun_].from : ~std::uint64_t{0};
  if (token.at >= place) {
    if (!begins_at(token, place) && !commented_) return bad("an object does not begin where its object stream says");
    commented_ = false;
    if (begun_ > 0 && !finish_object()) return false;
    ++begun_;
    reader_.begin(at_);
  } else if (begun_ == 0) {
    return bad("an object does not begin where its object stream says");
  }
  switch (reader_.take(token)) {
    case ObjectReader::Answer::kMore: return true;
    case ObjectReader::Answer::kWord: return bad("a word stands in an object stream that no object has");
    case ObjectReader::Answer::kBad: return bad(reader_.fault());
    case ObjectReader::Answer::kDeep: fault_ = Fault::kDeep; break;
  }
  return false;
}

bool ObjectStream::finish_object() {
  if (!reader_.end()) return bad("an object of an object stream is not whole");
  const Facts& facts = reader_.facts();
  const ObjectKind kind = kind_of(facts);
  const std::size_t place = begun_ - 1;
  Inside one = inside_of(places_[place].number, holder_, place);
  one.kind = static_cast<std::uint64_t>(kind) & kKinds;
  if (kind == ObjectKind::kInteger) one.value = facts.integer & kMostValue;
  if (kind == ObjectKind::kCatalog && facts.pages.has_value()) index_.leads(places_[place].number, *facts.pages);
  if (index_.add(one)) return true;
  fault_ = Fault::kMemory;
  return false;
}

bool ObjectStream::bad(std::string_view words) {
  fault_ = Fault::kBuilt;
  words_ = words;
  return false;
}

}  // namespace scalper::pdf
