#include "validate/formats/pdf_object.h"

#include <algorithm>
#include <utility>

namespace scalper::pdf {
namespace {

// The keys that mean something here; the place is what a frame keeps.
enum Key : std::uint8_t {
  kUnknown,
  kType,
  kSubtype,
  kAction,  // S
  kLength,
  kFilter,
  kParameters,
  kFile,
  kWidths,
  kIndex,
  kSize,
  kPrevious,
  kTable,
  kRoot,
  kEncrypt,
  kFirst,
  kCount,
  kPredictor,
  kColours,
  kBits,
  kColumns,
  kOpenAction,
  kAdditional,
  kPages,
};
constexpr std::array<std::string_view, 24> kKeys{"",        "Type",        "Subtype",   "S",      "Length",
                                                 "Filter",  "DecodeParms", "F",         "W",      "Index",
                                                 "Size",    "Prev",        "XRefStm",   "Root",   "Encrypt",
                                                 "First",   "N",           "Predictor", "Colors", "BitsPerComponent",
                                                 "Columns", "OpenAction",  "AA",        "Pages"};

// 7.4.1, table 6; what Crypt hides is not known.
constexpr auto kFilters =
    std::to_array<std::string_view>({"FlateDecode", "DCTDecode", "ASCII85Decode", "ASCIIHexDecode", "LZWDecode",
                                     "RunLengthDecode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode"});

std::uint8_t key_of(std::string_view name) {
  const auto* const found = std::find(kKeys.begin() + 1, kKeys.end(), name);
  return found == kKeys.end() ? std::uint8_t{kUnknown} : static_cast<std::uint8_t>(found - kKeys.begin());
}

}  // namespace

void ObjectReader::begin(std::optional<std::uint64_t> at) {
  facts_ = Facts();
  fixed_at_ = at;
  frames_.clear();
  holds_ = 0;
  seen_ = 0;
  done_ = false;
}

ObjectReader::Answer ObjectReader::take(const Lexeme& token) {
  at_ = fixed_at_.value_or(token.at);
  if (token.kind == Token::kComment) return Answer::kMore;
  if (token.kind == Token::kInteger) return integer(token);
  if (token.kind == Token::kWord) return word(token);
  if (!flush()) return Answer::kBad;
  switch (token.kind) {
    case Token::kName: return name(token);
    case Token::kArray: return open(false);
    case Token::kDict: return open(true);
    case Token::kArrayEnd: return close(false);
    case Token::kDictEnd: return close(true);
    default: break;
  }
  Value given;
  given.kind = token.kind == Token::kReal ? Kind::kReal : Kind::kString;
  return value(given) ? Answer::kMore : Answer::kBad;
}

bool ObjectReader::end() { return flush() && whole(); }

// Two numbers and an R are a reference, so the last two wait.
ObjectReader::Answer ObjectReader::integer(const Lexeme& token) {
  if (holds_ == held_.size()) {
    Value given;
    given.kind = Kind::kInteger;
    given.number = held_[0].number;
    given.negative = held_[0].negative;
    held_[0] = held_[1];
    --holds_;
    if (!value(given)) return Answer::kBad;
  }
  held_[holds_++] = {token.integer, token.negative};
  return Answer::kMore;
}

ObjectReader::Answer ObjectReader::word(const Lexeme& token) {
  if (token.text == "R") {
    if (holds_ < 2 || held_[0].negative || held_[1].negative || held_[0].number > kMostNumber ||
        held_[1].number > kMostGeneration)
      return bad("an R stands here that refers to nothing");
    holds_ = 0;
    Value given;
    given.kind = Kind::kReference;
    given.number = held_[0].number;
    given.generation = held_[1].number;
    return value(given) ? Answer::kMore : Answer::kBad;
  }
  if (!flush()) return Answer::kBad;
  if (token.text != "true" && token.text != "false" && token.text != "null") return Answer::kWord;
  Value word;
  word.name = token.text;
  return value(word) ? Answer::kMore : Answer::kBad;
}

bool ObjectReader::flush() {
  const std::size_t many = std::exchange(holds_, 0);
  for (std::size_t i = 0; i < many; ++i) {
    Value given;
    given.kind = Kind::kInteger;
    given.number = held_[i].number;
    given.negative = held_[i].negative;
    if (!value(given)) return false;
  }
  return true;
}

ObjectReader::Answer ObjectReader::open(bool dict) {
  if (frames_.size() >= kMostDepth) return Answer::kDeep;
  Frame inner;
  inner.dict = dict;
  if (!frames_.empty()) {
    const Frame& outer = frames_.back();
    inner.automatic = outer.automatic || (outer.dict && (outer.key == kOpenAction || outer.key == kAdditional));
    inner.key = outer.key;
  }
  Value given;
  given.kind = dict ? Kind::kDict : Kind::kArray;
  if (!value(given)) return Answer::kBad;
  frames_.push_back(inner);
  return Answer::kMore;
}

ObjectReader::Answer ObjectReader::close(bool dict) {
  if (frames_.empty() || frames_.back().dict != dict)
    return bad("an array or dictionary is closed here that is not open");
  if (frames_.back().keyed) return bad("the last key of a dictionary has no value");
  frames_.pop_back();
  return Answer::kMore;
}

ObjectReader::Answer ObjectReader::name(const Lexeme& token) {
  if (!frames_.empty() && frames_.back().dict && !frames_.back().keyed) return key(token.text);
  Value given;
  given.kind = Kind::kName;
  given.name = token.text;
  return value(given) ? Answer::kMore : Answer::kBad;
}

ObjectReader::Answer ObjectReader::key(std::string_view name) {
  Frame& frame = frames_.back();
  frame.keyed = true;
  frame.key = key_of(name);
  look_.key(name, at_);
  if (frames_.size() > 1 || frame.key == kUnknown) return Answer::kMore;
  const std::uint64_t bit = std::uint64_t{1} << frame.key;
  if ((seen_ & bit) != 0) return bad("a dictionary has one key twice, and readers differ in which counts");
  seen_ |= bit;
  return Answer::kMore;
}

bool ObjectReader::value(const Value& value) {
  if (frames_.empty()) {
    if (done_) return bad("a second value follows that of the object") != Answer::kBad;
    done_ = true;
    if (value.kind == Kind::kDict) facts_.shape = Facts::Shape::kDict;
    if (value.kind == Kind::kInteger && !value.negative) {
      facts_.shape = Facts::Shape::kInteger;
      facts_.integer = value.number;
    }
    return true;
  }
  Frame& frame = frames_.back();
  if (frame.dict && !frame.keyed) return bad("a key of a dictionary is no name") != Answer::kBad;
  frame.keyed = false;
  return note(value);
}

bool ObjectReader::note(const Value& value) {
  const Frame& frame = frames_.back();
  if (value.kind == Kind::kName && frame.dict) {
    const std::string_view key = kKeys[frame.key];
    look_.value(key, value.name, frame.automatic, at_);
  }
  if (value.kind == Kind::kReference && frame.dict && (kKeys[frame.key] == "S" || kKeys[frame.key] == "Subtype"))
    look_.found(Risk::kHidden, at_);
  if (value.kind == Kind::kReference &&
      (frame.automatic || (frame.dict && (frame.key == kOpenAction || frame.key == kAdditional))))
    note_start(value);
  const Frame& outermost = frames_.front();
  if (!outermost.dict) return true;
  if (frames_.size() == 1) return note_own(frame.key, value);
  if (outermost.key == kParameters) {
    if (frame.dict && frames_.size() <= 3) note_parameter(frame.key, value);
    return true;
  }
  if (frames_.size() > 2 || frame.dict) return true;
  if (outermost.key == kFilter) note_filter(value);
  const bool number = value.kind == Kind::kInteger && !value.negative;
  if (outermost.key == kWidths && facts_.widths.size() < kMostWidths)
    facts_.widths.push_back(number ? value.number : ~std::uint64_t{0});
  if (outermost.key == kIndex) {
    facts_.beyond = facts_.index.size() >= kMostIndex;
    if (!facts_.beyond) facts_.index.push_back(number ? value.number : ~std::uint64_t{0});
  }
  return true;
}

bool ObjectReader::note_own(std::uint8_t key, const Value& value) {
  if (value.kind == Kind::kName) note_name(key, value.name);
  if (key == kFilter) note_filter(value);
  // ISO 32000-1, 7.3.9: an entry whose value is null is one that is not there.
  if (key == kEncrypt) facts_.encrypted = value.kind != Kind::kWord || value.name != "null";
  if (key == kFile) facts_.outside = true;
  if (value.kind == Kind::kReference) {
    const Reference reference{static_cast<std::uint32_t>(value.number), static_cast<std::uint16_t>(value.generation)};
    if (key == kLength) facts_.length_at = reference;
    if (key == kRoot) facts_.root = reference;
    if (key == kPages) facts_.pages = reference;
  }
  if (value.kind != Kind::kInteger || value.negative) return true;
  switch (key) {
    case kLength: facts_.length = value.number; break;
    case kSize: facts_.size = value.number; break;
    case kPrevious: facts_.previous = value.number; break;
    case kTable: facts_.table = value.number; break;
    case kFirst: facts_.first = value.number; break;
    case kCount: facts_.count = value.number; break;
    default: break;
  }
  return true;
}

void ObjectReader::note_name(std::uint8_t key, std::string_view name) {
  if (key == kAction) facts_.link = facts_.link || name == "URI" || name == "GoToR";
  if (key != kType) return;
  if (name == "Catalog") facts_.type = Facts::Type::kCatalog;
  if (name == "Page") facts_.type = Facts::Type::kPage;
  if (name == "XRef") facts_.type = Facts::Type::kTable;
  if (name == "ObjStm") facts_.type = Facts::Type::kObjects;
}

void ObjectReader::note_filter(const Value& value) {
  if (value.kind == Kind::kArray || value.kind == Kind::kWord) return;
  using Filter = Facts::Filter;
  const bool known =
      value.kind == Kind::kName && std::find(kFilters.begin(), kFilters.end(), value.name) != kFilters.end();
  facts_.strange = facts_.strange || !known;
  const bool flate = value.kind == Kind::kName && value.name == "FlateDecode";
  if (facts_.filter == Filter::kNone) {
    facts_.filter = flate ? Filter::kFlate : Filter::kOther;
  } else if (facts_.filter == Filter::kFlate) {
    facts_.filter = Filter::kFlateFirst;
  }
}

void ObjectReader::note_parameter(std::uint8_t key, const Value& value) {
  // What is no number here is one that no predictor has.
  const std::uint64_t number = value.kind == Kind::kInteger && !value.negative ? value.number : ~std::uint64_t{0};
  if (key == kPredictor) facts_.predictor = number;
  if (key == kColours) facts_.colours = number;
  if (key == kBits) facts_.bits = number;
  if (key == kColumns) facts_.columns = number;
}

void ObjectReader::note_start(const Value& value) {
  if (!all_starts()) return;
  starts_.push_back({static_cast<std::uint32_t>(value.number), static_cast<std::uint16_t>(value.generation)});
}

ObjectReader::Answer ObjectReader::bad(std::string_view fault) {
  fault_ = fault;
  return Answer::kBad;
}

}  // namespace scalper::pdf
