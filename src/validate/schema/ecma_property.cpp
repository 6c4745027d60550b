#include "validate/schema/ecma_property.h"

#include <algorithm>
#include <array>
#include <utility>

namespace scalper::schema {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// General categories by their long names.
constexpr auto kCategories = std::to_array<Pair>({
    {"Cased_Letter", "LC"},
    {"Close_Punctuation", "Pe"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Uppercase_Letter", "Lu"},
    {"digit", "Nd"},
    {"punct", "P"},
});

// Those of two letters that RE2 has; of one letter all but C, which RE2 takes for less than Unicode.
constexpr auto kShort = std::to_array<std::string_view>(
    {"Cc", "Cf", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M",  "Mc", "Me", "Mn", "N",  "Nd", "Nl", "No",
     "P",  "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs"});

std::string category(std::string_view name, bool negative) {
  const auto* const found =
      std::find_if(kCategories.begin(), kCategories.end(), [&](const Pair& pair) { return pair.first == name; });
  const std::string_view brief = found == kCategories.end() ? name : found->second;
  if (brief == "LC" && !negative) return "\\p{Lu}\\p{Ll}\\p{Lt}";
  if (std::find(kShort.begin(), kShort.end(), brief) == kShort.end()) return {};
  return (negative ? "\\P{" : "\\p{") + std::string(brief) + "}";
}

}  // namespace

std::string re2_property(std::string_view name, bool negative) {
  if (name == "ASCII") return negative ? "\\x{80}-\\x{10ffff}" : "\\x{0}-\\x{7f}";
  if (name == "Any" && !negative) return "\\x{0}-\\x{10ffff}";
  const std::size_t equals = name.find('=');
  if (equals == std::string_view::npos) return category(name, negative);
  const std::string_view key = name.substr(0, equals);
  const std::string_view value = name.substr(equals + 1);
  if (key == "General_Category" || key == "gc") return category(value, negative);
  if (key != "Script" && key != "sc" && key != "Script_Extensions" && key != "scx") return {};
  // RE2 knows scripts by their long names, and says of others that it does not.
  const bool word = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (!word || value.size() < 3) return {};
  return (negative ? "\\P{" : "\\p{") + std::string(value) + "}";
}

}  // namespace scalper::schema
