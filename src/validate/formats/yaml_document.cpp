#include "validate/formats/yaml_document.h"

#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/escape.h"
#include "validate/formats/yaml.h"
#include "validate/schema/decimal.h"

namespace scalper {
namespace {

constexpr std::size_t kShown = 60;

std::string_view view(const unsigned char* text, std::size_t size) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text), size);
}

std::string_view view(const unsigned char* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

bool any_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

const unsigned char* tag_of(const yaml_event_t& event) {
  if (event.type == YAML_SCALAR_EVENT) return event.data.scalar.tag;
  if (event.type == YAML_SEQUENCE_START_EVENT) return event.data.sequence_start.tag;
  return event.type == YAML_MAPPING_START_EVENT ? event.data.mapping_start.tag : nullptr;
}

constexpr std::string_view kDigits = "0123456789";

// 0x1F or 0o17, of up to 64 bits.
std::optional<std::uint64_t> based_number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
  if (base == 0 || text.size() == 2) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data() + 2, text.data() + text.size(), value, base);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// Digits, perhaps with a point among them and an exponent behind.
bool is_decimal(std::string_view text) {
  const auto skip = [&] {
    const std::size_t size = std::min(text.find_first_not_of(kDigits), text.size());
    text.remove_prefix(size);
    return size;
  };
  std::size_t digits = skip();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip();
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(text.size() > 1 && (text[1] == '-' || text[1] == '+') ? 2 : 1);
  return skip() > 0 && text.empty();
}

// The same for equal numbers, however they are written: 1, 0x1 and 1.0 are one key to most readers.
std::optional<std::string> number_key(std::string_view text) {
  if (const auto based = based_number(text)) return number_key(std::to_string(*based));
  const bool negative = text[0] == '-';
  const std::string_view plain = text.substr(negative || text[0] == '+' ? 1 : 0);
  if (any_of(plain, {".inf", ".Inf", ".INF"})) return negative ? "n-inf" : "ninf";
  if (any_of(text, {".nan", ".NaN", ".NAN"})) return "nnan";
  if (!is_decimal(plain)) return std::nullopt;
  const auto value = schema::parse_decimal(plain);
  if (!value.has_value()) return "n" + std::string(text);
  return (negative && !value->digits.empty() ? "n-" : "n") + value->digits + "e" + std::to_string(value->exponent);
}

// What a plain scalar is in the core schema of YAML 1.2: texts that differ may be one key (~ and null).
std::string plain_key(std::string_view text) {
  if (any_of(text, {"", "~", "null", "Null", "NULL"})) return "0";
  if (any_of(text, {"true", "True", "TRUE"})) return "t";
  if (any_of(text, {"false", "False", "FALSE"})) return "f";
  return number_key(text).value_or("s" + std::string(text));
}

}  // namespace

// Owns libyaml's parser and its current event.
class YamlDocument::Parser {
 public:
  explicit Parser(std::string_view text) {
    made_ = yaml_parser_initialize(&parser_) != 0;
    if (!made_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Parser() {
    if (full_) yaml_event_delete(&event_);
    if (made_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  [[nodiscard]] bool next() {
    if (!made_) return false;
    if (full_) yaml_event_delete(&event_);
    full_ = yaml_parser_parse(&parser_, &event_) != 0;
    return full_;
  }
  [[nodiscard]] const yaml_event_t& event() const { return event_; }
  [[nodiscard]] const yaml_parser_t& parser() const { return parser_; }
  [[nodiscard]] bool no_memory() const { return !made_ || parser_.error == YAML_MEMORY_ERROR; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool made_ = false;
  bool full_ = false;
};

bool YamlDocument::check(std::string_view text, YamlPlace place) {
  text_ = text;
  place_ = place;
  known_index_ = 0;
  known_byte_ = 0;
  frames_.clear();
  const std::size_t good = valid_utf8_prefix(text);
  if (good < text.size()) {
    Location where;
    where.byte = place.byte + good;
    where.line = place.line + static_cast<std::uint64_t>(
                                  std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(good), '\n'));
    layer_.report("encoding.utf8", "this byte is no part of a UTF-8 character: save the document as UTF-8", where);
    return false;
  }
  Parser parser(text);
  while (parser.next()) {
    const bool ends = parser.event().type == YAML_STREAM_END_EVENT;
    if (ends || !on_event(&parser.event())) return ends;
  }
  if (parser.no_memory()) {
    layer_.budget->exhaust();
  } else {
    say_fault(parser);
  }
  return false;
}

void YamlDocument::say_fault(const Parser& parsed) {
  const yaml_parser_t& parser = parsed.parser();
  if (parser.error == YAML_READER_ERROR) {
    Location where;
    where.byte = place_.byte + std::min(parser.problem_offset, text_.size());
    where.line = place_.line +
                 static_cast<std::uint64_t>(std::count(
                     text_.begin(),
                     text_.begin() + static_cast<std::ptrdiff_t>(std::min(parser.problem_offset, text_.size())), '\n'));
    layer_.report("yaml.character", "this character may not stand in YAML as it is: escape it in a quoted text", where);
    return;
  }
  const std::string problem = parser.problem != nullptr ? parser.problem : "no YAML stands here";
  report("yaml.syntax",
         escape_text(problem, 2 * kShown) +
             (parser.context != nullptr ? ", " + escape_text(parser.context, 2 * kShown) : std::string()),
         parser.problem_mark.index, parser.problem_mark.line);
}

bool YamlDocument::on_event(const void* raw) {
  const auto& event = *static_cast<const yaml_event_t*>(raw);
  const std::uint64_t index = event.start_mark.index;
  const std::uint64_t line = event.start_mark.line;
  if (view(tag_of(event)).size() > kMostYamlTag) {
    report("limit.token",
           "this tag, written out, is longer than " + std::to_string(kMostYamlTag) +
               " bytes: the rest of the document was not checked",
           index, line);
    return false;
  }
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT: begin_document(); return true;
    case YAML_ALIAS_EVENT: return on_alias(view(event.data.alias.anchor), index, line);
    case YAML_SCALAR_EVENT:
      on_anchor(event.data.scalar.anchor, index, line);
      if (count_node()) on_key(raw);
      return true;
    case YAML_SEQUENCE_START_EVENT:
      on_anchor(event.data.sequence_start.anchor, index, line);
      return open(false, index, line);
    case YAML_MAPPING_START_EVENT:
      on_anchor(event.data.mapping_start.anchor, index, line);
      return open(true, index, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: close(); return true;
    default: return true;
  }
}

void YamlDocument::begin_document() {
  frames_.clear();
  keys_.clear();
  keys_full_ = false;
  anchors_.clear();
}

bool YamlDocument::count_node() {
  if (frames_.empty() || !frames_.back().mapping) return false;
  frames_.back().key = !frames_.back().key;
  return !frames_.back().key;
}

bool YamlDocument::open(bool mapping, std::uint64_t index, std::uint64_t line) {
  static_cast<void>(count_node());
  if (frames_.size() == kMostYamlDepth) {
    report("limit.depth",
           "collections lie more than " + std::to_string(kMostYamlDepth) + " deep: what is inside was not checked",
           index, line);
    return false;
  }
  frames_.push_back({mapping, mapping, mapping && !keys_full_});
  if (frames_.back().watched) keys_.open();
  return true;
}

void YamlDocument::close() {
  if (frames_.back().watched && !keys_full_) keys_.close();
  frames_.pop_back();
}

void YamlDocument::on_anchor(const unsigned char* name, std::uint64_t index, std::uint64_t line) {
  if (name == nullptr) return;
  if (!layer_.settings->yaml.aliases) {
    report("yaml.alias_forbidden", "the contract allows no anchors and aliases: write the value where it is used",
           index, line);
  }
  hasher_.add(view(name));
  const KeyHash hash = hasher_.finish();
  if (std::find(anchors_.begin(), anchors_.end(), hash) != anchors_.end())
    return;  // it means the newer node from here on
  if (anchors_.size() < kMostYamlAnchors) {
    anchors_.push_back(hash);
    return;
  }
  if (anchors_.size() > kMostYamlAnchors) return;
  anchors_.push_back({});
  report("limit.memory",
         "the document has more than " + std::to_string(kMostYamlAnchors) +
             " anchors: whether each alias has one was not checked",
         index, line);
}

bool YamlDocument::on_alias(std::string_view name, std::uint64_t index, std::uint64_t line) {
  static_cast<void>(count_node());
  if (!layer_.settings->yaml.aliases) {
    report("yaml.alias_forbidden", "the contract allows no anchors and aliases: write the value where it is used",
           index, line);
  }
  hasher_.add(name);
  const KeyHash hash = hasher_.finish();
  const bool known = std::find(anchors_.begin(), anchors_.end(), hash) != anchors_.end();
  if (known || anchors_.size() > kMostYamlAnchors) return true;
  report("yaml.alias", "no anchor \"" + escape_text(name, kShown) + "\" stands before this alias", index, line);
  return true;
}

void YamlDocument::on_key(const void* raw) {
  const auto& event = *static_cast<const yaml_event_t*>(raw);
  if (!frames_.back().watched || keys_full_) return;
  const auto& scalar = event.data.scalar;
  const std::string_view text = view(scalar.value, scalar.length);
  if (text == "<<" && scalar.plain_implicit != 0) return;  // merges may be many
  const bool tagged = scalar.tag != nullptr && view(scalar.tag) != "!";
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nullptr;
  if (tagged && view(scalar.tag) != YAML_STR_TAG) hasher_.add(view(scalar.tag));
  hasher_.add(plain ? plain_key(text) : "s" + std::string(text));
  const JsonKeySets::Answer answer = keys_.add(hasher_.finish());
  if (answer == JsonKeySets::Answer::kNew) return;
  if (answer == JsonKeySets::Answer::kDuplicate) {
    return report("yaml.duplicate_key",
                  "the key \"" + escape_text(text, kShown) + "\" stands twice in one mapping: keep one of them",
                  event.start_mark.index, event.start_mark.line);
  }
  keys_full_ = true;
  keys_.clear();
  report("limit.memory",
         "the mappings open here have more than " + std::to_string(JsonKeySets::kMostKeys) +
             " keys: whether one stands twice was not checked further",
         event.start_mark.index, event.start_mark.line);
}

std::uint64_t YamlDocument::byte_of(std::uint64_t index) {
  if (index < known_index_) {
    known_index_ = 0;
    known_byte_ = 0;
  }
  for (; known_index_ < index && known_byte_ < text_.size(); ++known_index_) {
    ++known_byte_;
    while (known_byte_ < text_.size() && (static_cast<unsigned char>(text_[known_byte_]) & 0xC0U) == 0x80)
      ++known_byte_;
  }
  return known_byte_;
}

void YamlDocument::report(std::string_view code, std::string message, std::uint64_t index, std::uint64_t line) {
  Location where;
  where.byte = place_.byte + byte_of(index);
  where.line = place_.line + line;
  layer_.report(code, std::move(message), where);
}

}  // namespace scalper
