#include "validate/formats/toml_parser.h"

#include <algorithm>

#include "base/escape.h"
#include "validate/formats/line_cursor.h"
#include "validate/formats/toml.h"

namespace scalper::toml {
namespace {

constexpr std::size_t kShown = 60;

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string shown(std::string_view text) { return "\"" + escape_text(text, kShown) + "\""; }

}  // namespace

Parser::Parser(const Layer& layer, std::string_view text, std::size_t at)
    : layer_(layer), text_(text), at_(at), tables_(kMostTomlKeys), table_(tables_.element({}, 0)) {}

void Parser::run() {
  while (more()) {
    if (!line()) return;
  }
}

std::uint64_t Parser::line_of(std::size_t at) {
  if (at < known_at_) {
    known_at_ = 0;
    known_line_ = 1;
  }
  known_line_ += count_line_feeds(text_.substr(known_at_, at - known_at_));
  known_at_ = at;
  return known_line_;
}

void Parser::say(std::string_view code, const std::string& message, std::size_t at) {
  Location where;
  where.byte = at;
  where.line = line_of(at);
  layer_.report(code, message, where);
}

bool Parser::fail(std::string_view code, const std::string& message, std::size_t at) {
  say(code, message, at);
  return false;
}

bool Parser::no_room(std::size_t at) {
  return fail(
      "limit.memory",
      "the document has more than " + std::to_string(kMostTomlKeys) + " keys and tables: it was not checked further",
      at);
}

void Parser::blanks() {
  while (peek() == ' ' || peek() == '\t') ++at_;
}

bool Parser::line() {
  blanks();
  if (peek() == '[') {
    if (!header()) return false;
  } else if (more() && peek() != '#' && !is_line_end()) {
    if (!key_value(table_, 0)) return false;
  }
  return end_of_line();
}

bool Parser::end_of_line() {
  blanks();
  if (peek() == '#' && !comment()) return false;
  if (!more()) return true;
  if (!is_line_end()) return fail("toml.syntax", "expected the end of the line", at_);
  at_ += peek() == '\r' ? 2 : 1;
  return true;
}

bool Parser::comment() {
  while (more() && !is_line_end()) {
    if (!plain_character(false, nullptr)) return false;
  }
  return true;
}

bool Parser::spread() {
  for (;;) {
    blanks();
    if (peek() == '#' && more()) {
      if (!comment()) return false;
    } else if (is_line_end()) {
      at_ += peek() == '\r' ? 2 : 1;
    } else {
      return true;
    }
  }
}

bool Parser::header() {
  const bool of_array = stands("[[");
  at_ += of_array ? 2 : 1;
  std::vector<Name> path;
  if (!names(path)) return false;
  if (!stands(of_array ? "]]" : "]")) {
    return fail(
        "toml.syntax",
        of_array ? "expected ']]' behind the name of a table of an array" : "expected ']' behind the name of a table",
        at_);
  }
  at_ += of_array ? 2 : 1;
  return open_table(path, of_array);
}

// Into the table of this name, which may not be there yet.
bool Parser::step_header(const Name& name, KeyHash& place) {
  place = tables_.below(place, name.text);
  switch (tables_.at(place)) {
    case Named::kNew: return tables_.set(place, Named::kImplicit) || no_room(name.at);
    case Named::kTables: place = tables_.newest(place); return true;
    case Named::kValue:
      return fail("toml.table", shown(name.text) + " has a value already: no table can lie in it", name.at);
    default: return true;
  }
}

bool Parser::open_table(const std::vector<Name>& names, bool of_array) {
  KeyHash place = tables_.element({}, 0);
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    if (!step_header(names[i], place)) return false;
  }
  const Name& last = names.back();
  place = tables_.below(place, last.text);
  const Named named = tables_.at(place);
  if (of_array && (named == Named::kNew || named == Named::kTables)) {
    if (!tables_.set(place, Named::kTables)) return no_room(last.at);
    tables_.add_table(place);
    table_ = tables_.newest(place);
    return true;
  }
  if (of_array || (named != Named::kNew && named != Named::kImplicit)) {
    return fail("toml.table", "the table " + shown(last.text) + " is defined already: each may be opened once",
                last.at);
  }
  table_ = place;
  return tables_.set(place, Named::kDefined) || no_room(last.at);
}

bool Parser::names(std::vector<Name>& names) {
  for (;;) {
    blanks();
    Name next;
    if (!name(next)) return false;
    names.push_back(std::move(next));
    blanks();
    if (peek() != '.') return true;
    if (names.size() == kMostTomlParts)
      return fail(
          "limit.memory",
          "a key has more than " + std::to_string(kMostTomlParts) + " parts: the document was not checked further",
          at_);
    ++at_;
  }
}

bool Parser::name(Name& name) {
  name.at = at_;
  if (peek() == '"' || peek() == '\'') {
    if (stands("\"\"\"") || stands("'''")) return fail("toml.string", "a key may not be a text of many lines", at_);
    return string(&name.text);
  }
  const std::size_t begin = at_;
  while (more() && is_bare(peek())) ++at_;
  name.text = text_.substr(begin, at_ - begin);
  return !name.text.empty() ||
         fail("toml.syntax", "expected a key: letters, digits, '_' and '-', or a text in quotes", at_);
}

bool Parser::place_key(const std::vector<Name>& names, KeyHash& place) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Name& name = names[i];
    const bool last = i + 1 == names.size();
    place = tables_.below(place, name.text);
    const Named named = tables_.at(place);
    const bool open = named == Named::kNew || (!last && (named == Named::kImplicit || named == Named::kDotted));
    if (!open) {
      return fail("toml.duplicate_key",
                  last ? "the key " + shown(name.text) + " stands twice in one table: keep one of them"
                       : "the key " + shown(name.text) + " is defined already, and nothing may be added to it here",
                  name.at);
    }
    if (!tables_.set(place, last ? Named::kValue : Named::kDotted)) return no_room(name.at);
  }
  return true;
}

bool Parser::key_value(const KeyHash& table, std::size_t depth) {
  std::vector<Name> path;
  if (!names(path)) return false;
  if (peek() != '=') return fail("toml.syntax", "expected '=' behind the key", at_);
  ++at_;
  blanks();
  KeyHash place = table;
  return place_key(path, place) && value(place, depth);
}

bool Parser::value(const KeyHash& place, std::size_t depth) {  // NOLINT(misc-no-recursion): kMostTomlDepth
  const char first = peek();
  if (first == '"' || first == '\'') return string(nullptr);
  if (first != '[' && first != '{') return scalar();
  if (depth == kMostTomlDepth) {
    return fail(
        "limit.depth",
        "arrays and tables lie more than " + std::to_string(kMostTomlDepth) + " deep: what is inside was not checked",
        at_);
  }
  ++at_;
  return first == '[' ? array(place, depth + 1) : inline_table(place, depth + 1);
}

bool Parser::array(const KeyHash& place, std::size_t depth) {  // NOLINT(misc-no-recursion): kMostTomlDepth
  for (std::uint64_t number = 1;; ++number) {
    if (!spread()) return false;
    if (peek() == ']') break;
    if (!value(tables_.element(place, number), depth) || !spread()) return false;
    if (peek() == ']') break;
    if (peek() != ',') return fail("toml.syntax", "expected ',' or ']' behind an element of an array", at_);
    ++at_;
  }
  ++at_;
  return true;
}

bool Parser::inline_table(const KeyHash& place, std::size_t depth) {  // NOLINT(misc-no-recursion): kMostTomlDepth
  blanks();
  if (peek() == '}') {
    ++at_;
    return true;
  }
  for (;;) {
    if (!key_value(place, depth)) return false;
    blanks();
    if (peek() == '}') break;
    if (peek() != ',') return fail("toml.syntax", "expected ',' or '}' behind a key of an inline table", at_);
    ++at_;
  }
  ++at_;
  return true;
}

}  // namespace scalper::toml
