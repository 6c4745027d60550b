#include "validate/formats/pdf_stream.h"

#include <utility>

namespace scalper::pdf {
namespace {

// Blank pages pack well, bombs better: the ratio is looked at above this.
constexpr std::uint64_t kLarge = std::uint64_t{256} << 20U;

constexpr std::string_view kManyObjects = "the document has more objects than the engine follows";

}  // namespace

StreamData::StreamData(const Layer& layer, Tables& tables, Look& look, Index& index)
    : layer_(layer), tables_(tables), reader_(look), objects_(reader_, index), flate_(*layer.decoders) {}

std::optional<Problem> StreamData::begin(const Facts& facts, const StreamPlace& place, bool encrypted) {
  using Filter = Facts::Filter;
  place_ = place;
  use_ = Use::kNothing;
  packed_ = facts.filter == Filter::kFlate || facts.filter == Filter::kFlateFirst;
  unpacked_ = false;
  if (facts.outside || (facts.strange && !encrypted)) {
    all_objects_ = all_objects_ && facts.type != Facts::Type::kObjects;
    return Problem{"pdf.unsupported",
                   facts.outside ? "the data of a stream lies in another file, which is not read"
                                 : "the data of a stream is packed by a filter that is not known",
                   !facts.outside};
  }
  if (facts.type == Facts::Type::kTable) return begin_table(facts);
  if (facts.type == Facts::Type::kObjects) return begin_objects(facts, encrypted);
  if (encrypted || !packed_) return std::nullopt;
  use_ = Use::kCounted;
  return begin_decoder(facts);
}

std::optional<Problem> StreamData::begin_table(const Facts& facts) {
  if (facts.beyond || !tables_.begin(place_.at, place_.gap, true))
    return Problem{"limit.objects", std::string(kManyObjects)};
  if (!tables_.trailer(facts)) return stopped();
  use_ = Use::kTable;
  return begin_decoder(facts);
}

std::optional<Problem> StreamData::begin_objects(const Facts& facts, bool encrypted) {
  all_objects_ = all_objects_ && !encrypted;
  if (encrypted) return std::nullopt;
  use_ = Use::kObjects;
  if (auto problem = begin_decoder(facts)) return problem;
  if (objects_.begin(facts, place_.number, place_.at)) return std::nullopt;
  return objects_fault();
}

std::optional<Problem> StreamData::begin_decoder(const Facts& facts) {
  using Filter = Facts::Filter;
  if (use_ != Use::kCounted &&
      (facts.filter == Filter::kFlateFirst || facts.filter == Filter::kOther || !predictor_.begin(facts))) {
    give_up();
    return Problem{"pdf.unsupported",
                   "a stream that holds objects, or says where they are, is packed in a way that is "
                   "not opened here"};
  }
  if (!packed_ || flate_.begin()) return std::nullopt;
  give_up();
  return Problem{"limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`"};
}

void StreamData::give_up() {
  if (use_ == Use::kObjects) all_objects_ = false;
  use_ = Use::kNothing;
}

std::optional<Problem> StreamData::feed(Bytes bytes) {
  if (use_ == Use::kNothing || bytes.empty()) return std::nullopt;
  if (!packed_) return take(bytes) ? std::nullopt : stopped();
  if (unpacked_) return std::nullopt;
  switch (flate_.feed(bytes, [&](Bytes decoded) { return within_limits(decoded.size()) && take(decoded); })) {
    case Flate::Answer::kMore: return std::nullopt;
    case Flate::Answer::kEnd: unpacked_ = true; return std::nullopt;
    case Flate::Answer::kStopped: return stopped();
    case Flate::Answer::kDamaged: return damaged("the data of a stream cannot be decoded");
    case Flate::Answer::kNoMemory: layer_.budget->exhaust(); break;
  }
  give_up();
  return std::nullopt;
}

bool StreamData::take(Bytes decoded) {
  if (use_ == Use::kTable) return predictor_.feed(decoded, [&](Bytes rows) { return tables_.rows(rows, place_.data); });
  if (use_ == Use::kObjects) return predictor_.feed(decoded, [&](Bytes text) { return objects_.feed(text); });
  return true;
}

bool StreamData::within_limits(std::size_t bytes) {
  const ArchiveSettings& limits = layer_.settings->archive;
  decoded_ += bytes;
  if (decoded_ > limits.max_total) {
    limit_ = Problem{"archive.total", "its streams decode to more than the " + std::to_string(limits.max_total) +
                                          " bytes that the contract allows"};
  } else if (decoded_ > kLarge && layer_.stored.has_value() && decoded_ / limits.max_ratio > *layer_.stored) {
    limit_ = Problem{"archive.ratio", "its streams decode to more than " + std::to_string(limits.max_ratio) +
                                          " bytes for each stored one, as bombs do"};
  }
  return !limit_.has_value();
}

// Whoever took the decoded bytes wants no more.
std::optional<Problem> StreamData::stopped() {
  if (limit_.has_value()) return limit_;
  const Use use = use_;
  if (use == Use::kObjects && objects_.fault() != ObjectStream::Fault::kNone) return objects_fault();
  give_up();
  if (tables_.fault() == Tables::Fault::kMany) return Problem{"limit.objects", std::string(kManyObjects)};
  if (tables_.fault() == Tables::Fault::kBuilt) return Problem{"pdf.xref", tables_.words()};
  return damaged("a row of a stream's data names a filter that does not exist");
}

std::optional<Problem> StreamData::objects_fault() {
  give_up();
  switch (objects_.fault()) {
    case ObjectStream::Fault::kDeep:
      return Problem{"limit.depth", "the objects of an object stream lie deeper within each other than is followed"};
    case ObjectStream::Fault::kMany:
    case ObjectStream::Fault::kMemory: return Problem{"limit.objects", std::string(kManyObjects)};
    default: break;
  }
  return Problem{"pdf.objects", std::string(objects_.words()), true};
}

std::optional<Problem> StreamData::damaged(std::string message) {
  const bool table = use_ == Use::kTable;  // these are never encrypted
  give_up();
  return Problem{"pdf.data", std::move(message), !table};
}

std::optional<Problem> StreamData::end() {
  if (use_ == Use::kNothing) return std::nullopt;
  if (packed_ && !unpacked_) return damaged("the data of a stream ends before its own end");
  if (use_ != Use::kCounted && !predictor_.whole()) return damaged("the data of a stream ends within a row");
  if (use_ == Use::kTable && !tables_.end_rows()) return stopped();
  if (use_ == Use::kObjects && !objects_.end()) return objects_fault();
  use_ = Use::kNothing;
  return std::nullopt;
}

}  // namespace scalper::pdf
