#include "validate/content.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "validate/formats/compression.h"
#include "validate/formats/csv.h"
#include "validate/formats/image.h"
#include "validate/formats/json.h"
#include "validate/formats/json_seq.h"
#include "validate/formats/ndjson.h"
#include "validate/formats/parquet.h"
#include "validate/formats/pdf.h"
#include "validate/formats/tar.h"
#include "validate/formats/text.h"
#include "validate/formats/text_decoder.h"
#include "validate/formats/toml.h"
#include "validate/formats/xml.h"
#include "validate/formats/yaml.h"
#include "validate/formats/zip.h"
#include "validate/sample_watch.h"

namespace scalper {
namespace {

Severity severity_of(Strictness strictness) {
  return strictness == Strictness::kError ? Severity::kError : Severity::kWarning;
}

std::string with_words(const ContentType& type) {
  return std::string(type.words) + " (" + std::string(type.media) + ")";
}

bool lists(const std::vector<std::string>& types, const ContentType& type) {
  return std::any_of(types.begin(), types.end(), [&](const std::string& media) {
    return plain_media_type(media) == type.media || find_content_type(media) == &type;
  });
}

bool lists_compression(const std::vector<std::string>& types) {
  return std::any_of(types.begin(), types.end(), [](const std::string& media) {
    const ContentType* const type = find_content_type(media);
    return type != nullptr && is_compression(type->check);
  });
}

Location at_begin() {
  Location where;
  where.byte = 0;
  return where;
}

// The beginning of a text in the encoding that the contract states, as UTF-8. Empty: that is UTF-8, or it is no such
// text.
std::string head_as_stated(TextEncoding encoding, std::string_view head) {
  std::string text;
  if (encoding == TextEncoding::kUtf8) return text;
  TextDecoder decoder(encoding);
  decoder.decode(head, text, nullptr);
  const bool foreign = decoder.fault().has_value() && decoder.fault()->byte == 0;
  return foreign ? std::string() : text;
}

}  // namespace

Content::Content(const Layer& layer, TypeClaims claims) : layer_(layer), claims_(std::move(claims)) {}

FeedAnswer Content::feed(Bytes chunk) {
  if (layer_.depth == 0 || layer_.unpacked == nullptr) return look_at(chunk);
  if (layer_.unpacked->over) return FeedAnswer::kEnough;
  bool over = false;
  chunk = within_total(chunk, over);
  const FeedAnswer answer = chunk.empty() ? FeedAnswer::kMore : look_at(chunk);
  if (!over) return answer;
  if (!layer_.unpacked->over) end_over_total();
  return FeedAnswer::kEnough;
}

Bytes Content::within_total(Bytes chunk, bool& over) {
  std::uint64_t& bytes = layer_.unpacked->bytes[std::min<std::size_t>(layer_.depth, Unpacked::kDepths - 1)];
  const std::uint64_t left = layer_.settings->archive.max_total - bytes;
  over = chunk.size() > left;
  if (over) chunk = chunk.first(static_cast<std::size_t>(left));
  bytes += chunk.size();
  return chunk;
}

void Content::end_over_total() {
  layer_.unpacked->over = true;
  layer_.report("archive.total", "with this, the file decodes to more than the " +
                                     std::to_string(layer_.settings->archive.max_total) +
                                     " bytes that the contract allows");
}

FeedAnswer Content::look_at(Bytes chunk) {
  if (decided_) return pass_on(chunk);
  const std::string_view text = as_text(chunk);
  if (head_.empty() && text.size() >= kHeadBytes) {
    decide(text.substr(0, kHeadBytes), false);
    return pass_on(chunk);
  }
  const std::size_t taken = std::min(text.size(), kHeadBytes - head_.size());
  head_ += text.substr(0, taken);
  if (head_.size() < kHeadBytes) return FeedAnswer::kMore;
  const std::string head = std::exchange(head_, {});
  decide(head, false);
  static_cast<void>(pass_on(as_bytes(head)));
  return pass_on(chunk.subspan(taken));
}

void Content::finish() {
  if (layer_.unpacked != nullptr && layer_.unpacked->over && layer_.depth > 0) return;
  if (!decided_) {
    const std::string head = std::exchange(head_, {});
    decide(head, true);
    static_cast<void>(pass_on(as_bytes(head)));
  }
  if (checker_) checker_->finish();
  if (learner_) learner_->finish();
  if (polyglot_.has_value()) polyglot_->finish();
  if (container_.has_value()) settle_container();
}

FeedAnswer Content::pass_on(Bytes bytes) {
  const bool ends = polyglot_.has_value() && polyglot_->wants();
  if (ends) polyglot_->feed(bytes);
  if (learner_) learner_->feed(bytes);
  FeedAnswer answer = FeedAnswer::kEnough;
  if (checker_) answer = bytes.empty() ? FeedAnswer::kMore : checker_->feed(bytes);
  return ends || learner_ ? FeedAnswer::kMore : answer;
}

void Content::decide(std::string_view head, bool whole) {
  decided_ = true;
  const ContentType* const stated = find_content_type(claims_.stated);
  const ContentType* const marked = type_by_mark(head);
  // Whoever states "a CSV table" of a gzip file means what is inside.
  const bool compressed = marked != nullptr && is_compression(marked->check);
  const bool inside = compressed && stated != nullptr && stated != marked;
  const std::string stated_text = marked == nullptr ? head_as_stated(layer_.settings->text.encoding, head) : "";
  wide_ = wide_encoding(head);
  TypeQuestion question;
  question.head = stated_text.empty() ? head : std::string_view(stated_text);
  question.whole = whole;
  question.name = inside ? std::string_view() : std::string_view(layer_.name);
  question.stated = inside ? std::string_view() : std::string_view(claims_.stated);
  question.declared = claims_.declared;
  question.allowed = &layer_.settings->types;
  const TypeAnswer answer = detect_type(question);
  type_ = answer.type;
  if (type_ != nullptr) polyglot_.emplace(layer_, *type_, head);
  // Whether it is what its name says is known once its members are.
  if (type_ != nullptr && type_->check == Check::kZip && answer.name != TypeAnswer::Name::kDiffers) {
    named_ = answer.expected;
    container_.emplace();
    checker_ = make_zip_checker(layer_, *container_);
    return;
  }
  report_type(answer);
  TypeClaims claims;
  if (compressed && inside) claims.stated = claims_.stated;
  if (compressed && find_content_type(claims_.declared) != marked) claims.declared = claims_.declared;
  choose_checker(answer, std::move(claims));
}

void Content::settle_container() {
  TypeQuestion question;
  question.stated = claims_.stated.empty() && named_ != nullptr ? named_->media : std::string_view(claims_.stated);
  question.declared = claims_.declared;
  const TypeAnswer answer = container_type(question, *container_);
  type_ = answer.type;
  if (layer_.watch != nullptr && type_ != nullptr) static_cast<void>(layer_.watch->content(layer_, *type_));
  report_type(answer);
  const Strictness macros = layer_.settings->safety.macros;
  if (!container_->macros() || macros == Strictness::kAllow) return;
  layer_.report("safety.macro", severity_of(macros),
                "the document holds macros, which run when it is opened: save it without them", at_begin());
}

void Content::report_type(const TypeAnswer& answer) {
  const bool differs = answer.name == TypeAnswer::Name::kDiffers;
  const std::string found = type_ != nullptr ? with_words(*type_) : "of no type that is known here";
  if (differs) {
    layer_.report("type.mismatch",
                  (claims_.stated.empty() ? "the name says " : "it was said to be ") + with_words(*answer.expected) +
                      ", the content is " + found,
                  at_begin());
  } else if (type_ == nullptr) {
    const bool named = answer.expected != nullptr;
    layer_.report("type.unknown",
                  named ? "the name says " + with_words(*answer.expected) + ", and nothing in the content shows that"
                        : "neither the content nor the name is of a type that is known here",
                  at_begin());
  }
  if (answer.declared_differs) {
    layer_.report("type.declared",
                  "the sender declared \"" + escape_text(claims_.declared) + "\", the content is " + found, at_begin());
  }
  if (type_ == nullptr) return;
  check_allowed(*type_);
  if (type_->executable) check_executable(*type_);
}

void Content::check_allowed(const ContentType& type) {
  if (is_compression(type.check) || is_allowed(type)) return;  // what is inside of a compression has to be allowed
  layer_.report("type.not_allowed", "the content is " + with_words(type) + ", which the contract does not allow",
                at_begin());
}

bool Content::is_allowed(const ContentType& type) const {
  const auto& types = layer_.settings->types;
  const auto& members = layer_.settings->archive.member_types;
  if (layer_.member) return members.empty() || lists(members, type);
  const bool outermost = layer_.depth == 0;
  const bool archive = type.check == Check::kZip || type.check == Check::kTar;
  if (!outermost && !members.empty() && !archive) return lists(members, type);
  if (types.empty() || lists(types, type)) return true;
  // Inside of what was itself allowed, and nothing is said of members.
  return !outermost && lists_compression(types);
}

void Content::check_executable(const ContentType& type) {
  const Strictness strictness = layer_.settings->safety.executable;
  if (strictness == Strictness::kAllow) return;
  layer_.report("safety.executable", severity_of(strictness),
                "the content is " + with_words(type) + ", which runs when it is opened: send data", at_begin());
}

void Content::report_wide() const {
  const bool narrow = wide_.starts_with("UTF-16");  // else UTF-32, which no contract can state
  layer_.report("encoding.not_utf8",
                "the text looks like " + std::string(wide_) + ", which is not checked" +
                    (narrow ? " unless the contract's `text.encoding` says so" : "") + ": send it as UTF-8",
                at_begin());
}

std::unique_ptr<Checker> Content::text_checker(const Layer& layer, const MakeChecker& make) const {
  return layer.settings->text.encoding == TextEncoding::kUtf8 ? make(layer) : make_transcoding_checker(layer, make);
}

void Content::choose_checker(const TypeAnswer& answer, TypeClaims inside) {
  if (type_ == nullptr || answer.name == TypeAnswer::Name::kDiffers) return;
  if (layer_.watch != nullptr) learner_ = layer_.watch->content(layer_, *type_);
  if (answer.utf16 && type_->check != Check::kXml && layer_.settings->text.encoding == TextEncoding::kUtf8)
    return report_wide();
  if (layer_.settings->malware_scan && (type_->check == Check::kZstd || type_->check == Check::kLz4)) {
    layer_.report("malware.unscanned",
                  "the content is " + with_words(*type_) + ", which no malware scanner of this gate opens", at_begin());
  }
  switch (type_->check) {
    case Check::kText: checker_ = text_checker(layer_, make_text_checker); return;
    case Check::kJson: checker_ = text_checker(layer_, make_json_checker); return;
    case Check::kPng: checker_ = make_png_checker(layer_); return;
    case Check::kJpeg: checker_ = make_jpeg_checker(layer_); return;
    case Check::kGif: checker_ = make_gif_checker(layer_); return;
    case Check::kWebp: checker_ = make_webp_checker(layer_); return;
    case Check::kPdf: checker_ = make_pdf_checker(layer_); return;
    case Check::kXml: checker_ = make_xml_checker(layer_); return;
    case Check::kNdjson: checker_ = text_checker(layer_, make_ndjson_checker); return;
    case Check::kJsonSeq: checker_ = text_checker(layer_, make_json_seq_checker); return;
    case Check::kCsv:
      own_layer_ = layer_;
      if (type_->media == "text/tab-separated-values" && !layer_.settings->csv.delimiter.has_value()) {
        own_settings_ = *layer_.settings;
        own_settings_->csv.delimiter = '\t';
        own_layer_->settings = &*own_settings_;
      }
      checker_ = text_checker(*own_layer_, make_csv_checker);
      return;
    case Check::kGzip:
    case Check::kBzip2:
    case Check::kXz:
    case Check::kZstd:
    case Check::kLz4: checker_ = make_compression_checker(layer_, type_->check, std::move(inside)); return;
    case Check::kParquet: checker_ = make_parquet_checker(layer_); return;
    case Check::kYaml: checker_ = text_checker(layer_, make_yaml_checker); return;
    case Check::kToml: checker_ = text_checker(layer_, make_toml_checker); return;
    case Check::kTar: checker_ = make_tar_checker(layer_); return;
    case Check::kZip:  // decide() has made it
    case Check::kNone: break;
  }
  if (layer_.settings->checks == Checks::kTypeOnly) return;
  layer_.report("type.no_checker", "the content is " + with_words(*type_) + ", which this version cannot check further",
                at_begin());
}

}  // namespace scalper
