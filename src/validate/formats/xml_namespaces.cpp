#include "validate/formats/xml_namespaces.h"

#include <algorithm>

namespace scalper {
namespace {

constexpr std::string_view kXmlUri = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kXmlnsUri = "http://www.w3.org/2000/xmlns/";
const std::string kXml{kXmlUri};
constexpr std::size_t kShown = 400;  // bytes of a name that a message may need

// "" where there is none.
std::string_view prefix_of(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos || is_no_qualified_name(name) ? std::string_view() : name.substr(0, colon);
}

}  // namespace

bool is_no_qualified_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return false;
  return colon == 0 || colon + 1 == name.size() || name.find(':', colon + 1) != std::string_view::npos;
}

XmlNamespaces::Fault XmlNamespaces::open(std::string_view element, std::span<const char* const> attributes) {
  ++depth_;
  if (const Fault fault = bind(attributes); fault != Fault::kNone) return fault;
  if (const Fault fault = resolve(element); fault != Fault::kNone) return fault;
  expanded_.clear();
  for (std::size_t i = 0; i < attributes.size(); i += 2) {
    const std::string_view name = attributes[i];
    const std::string_view prefix = prefix_of(name);
    if (prefix.empty() || prefix == "xmlns") continue;
    if (const Fault fault = resolve(name); fault != Fault::kNone) return fault;
    expanded_.emplace_back(name.substr(prefix.size() + 1), *uri_of(prefix));
  }
  if (expanded_.size() < 2) return Fault::kNone;
  std::sort(expanded_.begin(), expanded_.end());
  const auto twice = std::adjacent_find(expanded_.begin(), expanded_.end());
  if (twice == expanded_.end()) return Fault::kNone;
  name_ = twice->first.substr(0, kShown);
  return Fault::kDuplicate;
}

void XmlNamespaces::close() {
  while (!bindings_.empty() && bindings_.back().depth == depth_) {
    bytes_ -= bindings_.back().prefix.size() + bindings_.back().uri.size();
    bindings_.pop_back();
  }
  --depth_;
}

XmlNamespaces::Fault XmlNamespaces::bind(std::span<const char* const> attributes) {
  for (std::size_t i = 0; i < attributes.size(); i += 2) {
    const std::string_view name = attributes[i];
    const std::string_view value = attributes[i + 1];
    if (name == "xmlns" && (value == kXmlUri || value == kXmlnsUri)) {
      name_ = name;
      return Fault::kReserved;
    }
    if (!name.starts_with("xmlns:") || is_no_qualified_name(name)) continue;
    if (const Fault fault = bind_one(name.substr(6), attributes[i + 1]); fault != Fault::kNone) return fault;
  }
  return Fault::kNone;
}

XmlNamespaces::Fault XmlNamespaces::bind_one(std::string_view prefix, std::string_view uri) {
  name_ = prefix.substr(0, kShown);
  if (prefix == "xmlns" || uri.empty() || uri == kXmlnsUri) return Fault::kReserved;
  if ((prefix == "xml") != (uri == kXmlUri)) return Fault::kReserved;
  const std::size_t bytes = prefix.size() + uri.size();
  if (bindings_.size() >= kMostBindings || bytes > kMostBytes - bytes_) return Fault::kTooMany;
  bytes_ += bytes;
  bindings_.push_back({std::string(prefix), std::string(uri), depth_});
  return Fault::kNone;
}

const std::string* XmlNamespaces::uri_of(std::string_view prefix) const {
  if (prefix == "xml") return &kXml;
  const auto found = std::find_if(bindings_.rbegin(), bindings_.rend(),
                                  [&](const Binding& binding) { return binding.prefix == prefix; });
  return found == bindings_.rend() ? nullptr : &found->uri;
}

XmlNamespaces::Fault XmlNamespaces::resolve(std::string_view name) {
  const std::string_view prefix = prefix_of(name);
  if (prefix.empty() || uri_of(prefix) != nullptr) return Fault::kNone;
  name_ = prefix.substr(0, kShown);
  return Fault::kUnbound;
}

}  // namespace scalper
