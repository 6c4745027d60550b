#include "validate/content.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "validate/formats/csv.h"
#include "validate/formats/gzip.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"
#include "validate/formats/text.h"

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

Location at_begin() {
  Location where;
  where.byte = 0;
  return where;
}

}  // namespace

Content::Content(const Layer& layer, TypeClaims claims) : layer_(layer), claims_(std::move(claims)) {}

FeedAnswer Content::feed(Bytes chunk) {
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
  if (!decided_) {
    const std::string head = std::exchange(head_, {});
    decide(head, true);
    static_cast<void>(pass_on(as_bytes(head)));
  }
  if (checker_) checker_->finish();
}

FeedAnswer Content::pass_on(Bytes bytes) {
  if (!checker_) return FeedAnswer::kEnough;
  return bytes.empty() ? FeedAnswer::kMore : checker_->feed(bytes);
}

void Content::decide(std::string_view head, bool whole) {
  decided_ = true;
  const ContentType* const stated = find_content_type(claims_.stated);
  const ContentType* const marked = type_by_mark(head);
  // Whoever states "a CSV table" of a gzip file means what is inside.
  const bool compressed = marked != nullptr && marked->check == Check::kGzip;
  const bool inside = compressed && stated != nullptr && stated != marked;
  TypeQuestion question;
  question.head = head;
  question.whole = whole;
  question.name = inside ? std::string_view() : std::string_view(layer_.name);
  question.stated = inside ? std::string_view() : std::string_view(claims_.stated);
  question.declared = claims_.declared;
  question.allowed = &layer_.settings->types;
  const TypeAnswer answer = detect_type(question);
  type_ = answer.type;
  report_type(answer);
  TypeClaims claims;
  if (compressed && inside) claims.stated = claims_.stated;
  if (compressed && find_content_type(claims_.declared) != marked) claims.declared = claims_.declared;
  choose_checker(answer, std::move(claims));
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
  const auto& types = layer_.settings->types;
  const auto& members = layer_.settings->archive.member_types;
  const bool outermost = layer_.depth == 0;
  const auto& allowed = outermost || members.empty() ? types : members;
  if (allowed.empty() || lists(allowed, type)) return;
  if (type.check == Check::kGzip) return;  // then what is inside has to be one of them
  // Inside of what was itself allowed, and nothing is said of members.
  if (!outermost && members.empty() && lists(types, *find_content_type("application/gzip"))) return;
  layer_.report("type.not_allowed", "the content is " + with_words(type) + ", which the contract does not allow",
                at_begin());
}

void Content::check_executable(const ContentType& type) {
  const Strictness strictness = layer_.settings->safety.executable;
  if (strictness == Strictness::kAllow) return;
  layer_.report("safety.executable", severity_of(strictness),
                "the content is " + with_words(type) + ", which runs when it is opened: send data", at_begin());
}

void Content::choose_checker(const TypeAnswer& answer, TypeClaims inside) {
  if (type_ == nullptr || answer.name == TypeAnswer::Name::kDiffers) return;
  if (answer.utf16) {
    layer_.report("encoding.not_utf8",
                  "the text begins with the mark of UTF-16 or UTF-32, which is not checked: send it as UTF-8",
                  at_begin());
    return;
  }
  switch (type_->check) {
    case Check::kText: checker_ = make_text_checker(layer_); return;
    case Check::kJson: checker_ = make_json_checker(layer_); return;
    case Check::kNdjson: checker_ = make_ndjson_checker(layer_); return;
    case Check::kGzip: checker_ = make_gzip_checker(layer_, std::move(inside)); return;
    case Check::kCsv:
      own_layer_ = layer_;
      if (type_->media == "text/tab-separated-values" && !layer_.settings->csv.delimiter.has_value()) {
        own_settings_ = *layer_.settings;
        own_settings_->csv.delimiter = '\t';
        own_layer_->settings = &*own_settings_;
      }
      checker_ = make_csv_checker(*own_layer_);
      return;
    case Check::kNone: break;
  }
  if (layer_.settings->checks == Checks::kTypeOnly) return;
  layer_.report("type.no_checker", "the content is " + with_words(*type_) + ", which this version cannot check further",
                at_begin());
}

}  // namespace scalper
