#include "adapters/aws/client/xml.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <memory>

namespace scalper::aws {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxElements = 200'000;
constexpr std::size_t kMaxDocument = 64u << 20;

struct Tree {
  XML_Parser parser = nullptr;
  std::vector<XmlElement> open;  // from the root to where the parser is
  XmlElement root;
  std::size_t elements = 0;
  const char* refused = nullptr;

  void refuse(const char* why) {
    if (refused == nullptr) refused = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

Tree& tree_of(void* user) { return *static_cast<Tree*>(user); }

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void on_start(void* user, const XML_Char* name, const XML_Char** /*attributes*/) {
  Tree& tree = tree_of(user);
  if (tree.refused != nullptr) return;  // expat may call some handlers more after a stop
  if (tree.open.size() >= kMaxDepth) return tree.refuse("it nests deeper than 64 elements");
  if (++tree.elements > kMaxElements) return tree.refuse("it has more than 200,000 elements");
  tree.open.emplace_back();
  tree.open.back().name = local_name(name);
  if (tree.open.back().name.empty()) tree.refuse("an element has a prefix and no name");
}

void on_end(void* user, const XML_Char* /*name*/) {
  Tree& tree = tree_of(user);
  if (tree.refused != nullptr) return;
  XmlElement done = std::move(tree.open.back());
  tree.open.pop_back();
  if (tree.open.empty())
    tree.root = std::move(done);
  else
    tree.open.back().children.push_back(std::move(done));
}

void on_text(void* user, const XML_Char* text, int length) {
  Tree& tree = tree_of(user);
  if (tree.refused == nullptr) tree.open.back().text.append(text, static_cast<std::size_t>(length));
}

void on_doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system*/, const XML_Char* /*pub*/, int) {
  tree_of(user).refuse("it has a DOCTYPE");
}

Error no_document(const char* why) { return {ErrorCode::kCorrupt, std::string("no XML answer: ") + why}; }

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const XmlElement& element) { return element.name == wanted; });
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::text_at(std::initializer_list<std::string_view> path) const {
  const XmlElement* at = this;
  for (const std::string_view step : path) {
    at = at->child(step);
    if (at == nullptr) return {};
  }
  return at->text;
}

Result<XmlElement> parse_xml(std::string_view document) {
  if (document.size() > kMaxDocument) return no_document("it is larger than 64 MiB");
  // What keeps the connection of a long copy alive stands before the declaration, where XML allows nothing.
  document.remove_prefix(std::min(document.find_first_not_of(" \t\r\n"), document.size()));
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                                             &XML_ParserFree);
  if (parser == nullptr) return Error(ErrorCode::kInternal, "no memory for an XML parser");
  Tree tree;
  tree.parser = parser.get();
  XML_SetUserData(parser.get(), &tree);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const XML_Status status = XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
  if (tree.refused != nullptr) return no_document(tree.refused);
  if (status != XML_STATUS_OK) return no_document(XML_ErrorString(XML_GetErrorCode(parser.get())));
  return std::move(tree.root);
}

std::string escape_xml(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&apos;";
    else if (byte < 0x20 || byte == 0x7f)
      ((out += "&#x") += kDigits[byte >> 4]) += std::string{kDigits[byte & 15], ';'};
    else
      out += c;
  }
  return out;
}

}  // namespace scalper::aws
