#include "validate/formats/json_watch.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/escape.h"
#include "validate/offset_map.h"

namespace scalper {
namespace {

constexpr std::size_t kShown = 80;  // characters of a value in a message

std::string_view code_of(JsonFaultKind kind) {
  switch (kind) {
    case JsonFaultKind::kSyntax: return "json.syntax";
    case JsonFaultKind::kNumber: return "json.number";
    case JsonFaultKind::kString: return "json.string";
    case JsonFaultKind::kEncoding: return "encoding.utf8";
    case JsonFaultKind::kTruncated: return "json.truncated";
    case JsonFaultKind::kTrailing: return "json.trailing";
    case JsonFaultKind::kEmpty: return "json.empty";
    case JsonFaultKind::kDepth: return "json.depth";
  }
  return "json.syntax";
}

JsonOptions with_settings(JsonOptions options, const JsonSettings& settings) {
  if (settings.compiled != nullptr) options.wants = JsonWants::kEverything;
  if (settings.depth.has_value()) options.depth = std::min<std::size_t>(*settings.depth, kMostJsonDepth);
  return options;
}

// Few digits and an exponent of one or two: nothing to compute.
bool surely_in_range(std::string_view text) {
  std::string_view exponent = text.substr(std::min(text.find_first_of("eE"), text.size() - 1) + 1);
  if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
  return text.size() <= 24 && exponent.size() <= 2;
}

}  // namespace

std::size_t json_memory(const Layer& layer) {
  return kJsonMemory + (layer.settings->json.compiled != nullptr ? schema::kSchemaMemory : 0);
}

JsonWatch::JsonWatch(const Layer& layer, JsonOptions options)
    : layer_(layer),
      tokenizer_(*this, with_settings(options, layer.settings->json)),
      keys_watched_(layer.settings->json.duplicate_keys != Strictness::kAllow) {
  const JsonSettings& json = layer.settings->json;
  if (json.compiled != nullptr) schema_.emplace(*json.compiled, layer, static_cast<schema::SchemaHost&>(*this));
}

void JsonWatch::restart(std::uint64_t byte, std::uint64_t line, std::uint64_t row) {
  tokenizer_.restart(byte, line);
  pointer_.clear();
  sets_.clear();
  names_ = nullptr;
  key_goes_on_ = false;
  number_goes_on_ = false;
  row_ = row;
  if (schema_.has_value()) schema_->restart();
}

JsonTokenizer::Taken JsonWatch::feed_lines(std::string_view chunk, JsonLineEnd ends) {
  const JsonTokenizer::Taken taken = tokenizer_.feed_lines(chunk, ends);
  if (row_.has_value()) *row_ += taken.lines;
  return taken;
}

std::optional<std::uint64_t> JsonWatch::row_now() const {
  if (!row_.has_value()) return std::nullopt;
  return *row_ + tokenizer_.lines_passed();
}

void JsonWatch::note_met_name() {
  if (names_ == nullptr || !names_->matching()) return;
  const std::string_view met = names_->last();
  if (met.data() != nullptr) pointer_.lasting_name(met);
}

Location JsonWatch::at(std::uint64_t byte) {
  Location where;
  where.byte = byte;
  where.line = tokenizer_.line_of(byte);
  where.row = row_now();
  note_met_name();
  where.pointer = pointer_.text(tokenizer_);
  return where;
}

void JsonWatch::on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) {
  watch(kind, byte, text, more);
  if (schema_.has_value()) schema_->on_event(kind, byte, text, more);
}

inline void JsonWatch::watch(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) {
  switch (kind) {
    case JsonKind::kKey:
      if (!meet(text, more)) on_key(byte, text, more);
      break;
    case JsonKind::kNumber: on_number(byte, text, more); break;
    case JsonKind::kBeginObject:
      note_met_name();
      pointer_.open();
      if (keys_watched_) begin_object();
      break;
    case JsonKind::kBeginArray:
      note_met_name();
      pointer_.open();
      break;
    case JsonKind::kEndObject:
      if (keys_watched_) sets_.close();
      end_container();
      break;
    case JsonKind::kEndArray: end_container(); break;
    default: break;
  }
}

JsonShape* JsonWatch::shape_at(std::size_t depth) {
  return keys_watched_ && depth > 0 && depth <= kShapes ? &shapes_[depth - 1] : nullptr;
}

void JsonWatch::begin_object() {
  sets_.open();
  names_ = shape_at(tokenizer_.depth());
  if (names_ != nullptr) names_->begin_object();
}

void JsonWatch::end_container() {
  pointer_.close();
  names_ = shape_at(tokenizer_.depth() - 1);  // the tokenizer still counts what ends
}

inline bool JsonWatch::meet(std::string_view text, bool more) {
  if (names_ == nullptr || more || key_goes_on_ || !names_->matching()) return false;
  const std::string_view met = names_->meet(text);
  if (met.data() == nullptr) return false;
  pointer_.lasting_name(met);
  return true;
}

void JsonWatch::on_key(std::uint64_t byte, std::string_view text, bool more) {
  if (!keys_watched_) {
    if (!key_goes_on_) pointer_.name(text);
    key_goes_on_ = more;
    if (more) pointer_.drop_name();
    return;
  }
  if (names_ != nullptr && names_->matching()) names_->leave(sets_);
  if (!more && !key_goes_on_) {
    look_up(byte, text);
    return;
  }
  // A name of more than one piece: no shape holds it.
  if (!key_goes_on_) key_.assign(text.substr(0, 4 * kShown));
  key_goes_on_ = more;
  pointer_.name(text);
  pointer_.drop_name();
  hasher_.add(text);
  if (!more) on_answer(sets_.add(hasher_.finish()), byte, key_);
}

void JsonWatch::look_up(std::uint64_t byte, std::string_view text) {
  hasher_.add(text);
  const KeyHash hash = hasher_.finish();
  const JsonKeySets::Answer answer = sets_.add(hash);
  const std::string_view kept =
      names_ != nullptr && answer == JsonKeySets::Answer::kNew ? names_->append(text, hash) : std::string_view();
  if (kept.data() != nullptr) {
    pointer_.lasting_name(kept);
  } else {
    pointer_.name(text);
  }
  on_answer(answer, byte, text);
}

void JsonWatch::on_answer(JsonKeySets::Answer answer, std::uint64_t byte, std::string_view name) {
  switch (answer) {
    case JsonKeySets::Answer::kNew: return;
    case JsonKeySets::Answer::kDuplicate: {
      const bool error = layer_.settings->json.duplicate_keys == Strictness::kError;
      const Severity severity = error ? Severity::kError : Severity::kWarning;
      if (!layer_.keeps(byte)) return layer_.count(severity);
      layer_.report("json.duplicate_key", severity,
                    "the name \"" + escape_text(name, kShown) +
                        "\" stands twice in one object, and readers differ in which value they take: keep one of them",
                    at(byte));
      return;
    }
    case JsonKeySets::Answer::kFull:
      keys_watched_ = false;
      names_ = nullptr;
      sets_.clear();
      layer_.report("limit.memory",
                    "the objects open here have more than " + std::to_string(JsonKeySets::kMostKeys) +
                        " names: whether one stands twice was not checked further",
                    at(byte));
      return;
  }
}

void JsonWatch::on_number(std::uint64_t byte, std::string_view text, bool more) {
  const bool first = !std::exchange(number_goes_on_, more);
  if (!first) return;
  if (more) {
    layer_.report(
        "json.number_range", Severity::kWarning,
        "a number has more than " + std::to_string(text.size()) + " characters: most readers do not keep them",
        at(byte));
    return;
  }
  if (surely_in_range(text)) return;
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc::result_out_of_range) return;
  if (!layer_.keeps(byte)) return layer_.count(Severity::kWarning);
  layer_.report("json.number_range",
                "the number " + escape_text(text, kShown) +
                    " is outside of what a double holds: most readers make it infinite or zero, or refuse it",
                at(byte));
}

void JsonWatch::on_lone_surrogate(std::uint64_t byte) {
  if (!layer_.keeps(byte)) return layer_.count(Severity::kWarning);
  layer_.report(
      "json.lone_surrogate",
      "an escape of \\uD800 to \\uDFFF has no partner and stands for no character: many readers refuse or replace it",
      at(byte));
}

// RFC 8259, section 8.1, forbids to write one and allows to ignore it: an error only where the contract forbids it too.
void JsonWatch::on_byte_order_mark() {
  const bool forbidden = layer_.settings->text.bom == Strictness::kError;
  layer_.report(
      "json.bom", forbidden ? Severity::kError : Severity::kWarning,
      "the text begins with a byte order mark (EF BB BF), which JSON must not have: save it as UTF-8 without one",
      at(0));
}

// With the byte that it names as it was received.
std::string JsonWatch::message_of(const JsonFault& fault) const {
  if (layer_.origin == nullptr || fault.sentence != JsonSentence::kCutOff) return fault.message();
  const auto received = layer_.origin->received(fault.number);
  if (!received.has_value()) return "the text ends inside a value that began far before: send it again whole";
  JsonFault placed = fault;
  placed.number = *received;
  return placed.message();
}

void JsonWatch::report_fault(std::string_view code) {
  const auto& fault = tokenizer_.fault();
  if (!fault.has_value()) return;
  const bool depth = fault->kind == JsonFaultKind::kDepth;
  const bool limit = depth && !layer_.settings->json.depth.has_value();
  if (!layer_.keeps(fault->byte)) return layer_.count(limit ? Severity::kUnverifiable : Severity::kError);
  Location where;
  where.byte = fault->byte;
  where.line = fault->line;
  where.row = row_now();
  if (limit) {
    layer_.report("limit.depth", message_of(*fault) + ": what is inside was not checked", where);
    return;
  }
  const bool grammar = !depth && fault->kind != JsonFaultKind::kEncoding;
  layer_.report(grammar && !code.empty() ? code : code_of(fault->kind), message_of(*fault), where);
}

}  // namespace scalper
