#include "validate/schema/sentences.h"

#include <array>
#include <utility>

#include "base/escape.h"
#include "validate/schema/schema_index.h"

namespace scalper::schema {
namespace {

constexpr std::size_t kMostShown = 80;

std::string text_of(const Decimal& number) {
  constexpr std::int64_t kPlain = 20;
  std::string text = number.digits.empty() ? "0" : number.digits;
  const auto digits = static_cast<std::int64_t>(text.size());
  if (number.exponent >= 0 && digits + number.exponent <= kPlain) {
    text.append(static_cast<std::size_t>(number.exponent), '0');
  } else if (number.exponent < 0 && -number.exponent < digits) {
    text.insert(static_cast<std::size_t>(digits + number.exponent), ".");
  } else if (number.exponent < 0 && -number.exponent <= kPlain) {
    text.insert(0, "0." + std::string(static_cast<std::size_t>(-number.exponent - digits), '0'));
  } else {
    text += "e" + std::to_string(number.exponent);
  }
  return escape_text((number.negative ? "-" : "") + text, kMostShown);
}

std::string types_text(std::uint8_t types) {
  constexpr auto kNames = std::to_array<std::pair<std::uint8_t, std::string_view>>({
      {kObjectBit, "an object"},
      {kArrayBit, "an array"},
      {kStringBit, "a string"},
      {kNumberBit, "a number"},
      {kWholeBit, "a whole number"},
      {kFlagBit, "true or false"},
      {kNullBit, "null"},
  });
  std::string text;
  for (const auto& [bit, name] : kNames)
    if ((types & bit) != 0) text += (text.empty() ? "" : " or ") + std::string(name);
  return text;
}

// The end says more than the beginning.
std::string end_of(std::string_view pointer) {
  if (pointer.size() <= kMostShown) return escape_text(pointer, kMostShown);
  std::size_t from = pointer.size() - (kMostShown - 1);
  while (from < pointer.size() && (static_cast<unsigned char>(pointer[from]) & 0xC0U) == 0x80U) ++from;
  return "\xE2\x80\xA6" + escape_text(pointer.substr(from), kMostShown);
}

std::string place_text(const Node& node, Keyword keyword) {
  const std::string_view word = word_of(keyword);
  return end_of(word.empty() ? node.pointer : node.pointer + "/" + std::string(word));
}

}  // namespace

std::string schema_place(const Node& node, Keyword keyword) { return " (schema " + place_text(node, keyword) + ")"; }

std::string type_sentence(const Node& node, std::string_view found) {
  return "expected " + types_text(node.types) + ", found " + std::string(found);
}

std::string values_sentence(const Node& node, std::string_view found) {
  return "expected " + std::string(node.one_value ? "" : "one of ") + node.values_text + ", found " +
         std::string(found);
}

std::string count_sentence(std::string_view bound, std::uint64_t limit, std::string_view what, std::uint64_t found) {
  return "expected " + std::string(bound) + " " + std::to_string(limit) + " " + std::string(what) + ", found " +
         std::to_string(found);
}

std::string limit_sentence(std::string_view bound, const Decimal& limit, const Value& found) {
  return "expected " + std::string(bound) + " " + text_of(limit) + ", found " + found.shown();
}

std::string false_sentence(const Node& node) {
  if (node.because == Keyword::kAdditionalProperties)
    return "expected no member of this name: the schema does not know it";
  if (node.because == Keyword::kAdditionalItems)
    return "expected no element here: the array is longer than the schema allows";
  return "expected nothing here: the schema allows no value at this place";
}

std::string unevaluated_sentence(const Node& node, Keyword keyword, std::string_view name, std::uint64_t ordinal) {
  const bool member = keyword == Keyword::kUnevaluatedProperties;
  const std::string which =
      member ? "the member \"" + escape_text(name, 40) + "\"" : "element " + std::to_string(ordinal);
  return which + (node.never ? " is not allowed: no schema that matches knows it"
                             : " is known to no schema that matches, and does not match the one for all others");
}

std::string any_sentence(const Alternatives& branches) {
  std::string text = "the value matches none of the " + std::to_string(branches.total) + " alternatives";
  if (branches.closest.node == nullptr) return text;
  return text + "; the closest one fails at byte " + std::to_string(branches.closest.byte) + " by " +
         place_text(*branches.closest.node, branches.closest.keyword);
}

std::string one_sentence(const Alternatives& branches) {
  if (branches.matched == 0) return any_sentence(branches);
  return "the value matches " + std::to_string(branches.matched) + " of the " + std::to_string(branches.total) +
         " alternatives, number " + std::to_string(branches.first) + " and " + std::to_string(branches.second) +
         " among them, and may match one alone";
}

}  // namespace scalper::schema
