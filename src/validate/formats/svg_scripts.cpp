#include "validate/formats/svg_scripts.h"

#include <algorithm>
#include <array>
#include <string>

namespace scalper {
namespace {

constexpr auto kSchemes =
    std::to_array<std::string_view>({"javascript:", "vbscript:", "data:text/html", "data:image/svg+xml",
                                     "data:application/xhtml+xml", "data:text/xml", "data:application/xml"});
// Where an address may stand: links, and what an animation gives them.
constexpr auto kAddresses =
    std::to_array<std::string_view>({"href", "src", "to", "from", "values", "by", "data", "action", "formaction"});
// Of HTML, within <foreignObject>.
constexpr auto kElements =
    std::to_array<std::string_view>({"script", "handler", "listener", "iframe", "object", "embed"});
constexpr std::size_t kLooked = 4096;  // bytes of a value: a scheme stands in front

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// As browsers read a scheme (URL standard): without tabs and line ends, without blanks in front, in whatever case.
std::string plain(std::string_view value) {
  std::string out;
  for (const char c : value.substr(0, kLooked)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\t' || byte == '\n' || byte == '\r' || (out.empty() && byte <= ' ')) continue;
    out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : c;
  }
  return out;
}

// Where an image is meant, a document is shown without what it would run.
bool is_run(std::string_view value, bool image) {
  const std::string text = plain(value);
  if (image && text.starts_with("data:image/")) return false;
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view scheme) { return text.starts_with(scheme); });
}

}  // namespace

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view svg_script(std::string_view name, std::span<const char* const> attributes) {
  const bool image = local_name(name) == "image" || local_name(name) == "feImage";
  if (is_among(kElements, local_name(name))) return "is for scripts or other documents";
  for (std::size_t i = 0; i + 1 < attributes.size(); i += 2) {
    const std::string_view attribute = local_name(attributes[i]);
    if (attribute.size() > 2 && attribute.starts_with("on")) return "has an attribute that is run at an event";
    // What an animation sets one of these to comes later.
    if (attribute == "attributeName" && std::string_view(attributes[i + 1]).starts_with("on"))
      return "has an attribute that is run at an event";
    if (is_among(kAddresses, attribute) && is_run(attributes[i + 1], image))
      return "has an address that is a script or a document";
  }
  return {};
}

}  // namespace scalper
