#include "validate/formats/xml.h"

#include <expat.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "validate/formats/reservation.h"
#include "validate/formats/svg_scripts.h"
#include "validate/formats/xml_memory.h"
#include "validate/formats/xml_namespaces.h"
#include "validate/formats/xml_sentences.h"
#include "validate/sample_watch.h"

namespace scalper {
namespace {

// expat is fed pieces of this size whatever the chunks are: it scans a token that is not whole again with each piece.
constexpr std::size_t kPiece = std::size_t{64} << 10U;
// The longest tag, comment or instruction that is waited for.
constexpr std::uint64_t kMostToken = std::uint64_t{1} << 20U;
constexpr std::uint64_t kDepth = 1'000;  // where the contract states none
constexpr std::size_t kMostAttributes = 1'000;
// Attributes with defaults, which expat goes through for each element of their name.
constexpr std::size_t kMostDefaults = 1'000;

// Entities within entities are followed by recursion.
constexpr std::size_t kMostEntities = 1'000;

constexpr XML_Memory_Handling_Suite kMemory{XmlMemory::allocate, XmlMemory::reallocate, XmlMemory::release};

class XmlChecker final : public Checker {
 public:
  explicit XmlChecker(const Layer& layer)
      : layer_(layer),
        settings_(layer.settings->xml),
        piece_memory_(*layer.budget, 2 * kPiece),
        memory_(*layer.budget) {
    if (!begin()) end_memory();
  }
  ~XmlChecker() override {
    const XmlMemory::Call call(memory_);
    XML_ParserFree(parser_);
  }
  XmlChecker(const XmlChecker&) = delete;
  XmlChecker& operator=(const XmlChecker&) = delete;

  FeedAnswer feed(Bytes chunk) override {
    while (!chunk.empty() && !ended_) {
      const std::size_t taken = std::min(chunk.size(), kPiece - piece_.size());
      piece_.insert(piece_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(taken));
      chunk = chunk.subspan(taken);
      if (piece_.size() == kPiece) parse_piece();
    }
    return ended_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (!ended_) parse_piece();
    if (ended_) return;
    const XmlMemory::Call call(memory_);
    if (XML_Parse(parser_, nullptr, 0, XML_TRUE) != XML_STATUS_OK) end_failed(true);
  }

 private:
  bool begin() {
    if (!piece_memory_.granted()) return false;
    piece_.reserve(kPiece);
    const XmlMemory::Call call(memory_);
    parser_ = XML_ParserCreate_MM(nullptr, &kMemory, nullptr);
    if (parser_ == nullptr) return false;
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_begin, on_end);
    XML_SetXmlDeclHandler(parser_, on_declaration);
    XML_SetDoctypeDeclHandler(parser_, on_doctype, nullptr);
    XML_SetAttlistDeclHandler(parser_, on_attribute_declaration);
    XML_SetEntityDeclHandler(parser_, on_entity_declaration);
    XML_SetExternalEntityRefHandler(parser_, on_external);
    XML_SetSkippedEntityHandler(parser_, on_skipped);
    return true;
  }

  static XmlChecker& self(void* user) { return *static_cast<XmlChecker*>(user); }
  // No exception may pass expat's frames.
  template <class Action>
  static void guarded(void* user, Action action) {
    XmlChecker& checker = self(user);
    if (checker.ended_) return;
    try {
      action(checker);
    } catch (const std::bad_alloc&) {
      checker.layer_.budget->exhaust();
      checker.stop();
    }
  }
  static void XMLCALL on_begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    guarded(user, [&](XmlChecker& checker) { checker.begin_element(name, attributes); });
  }
  static void XMLCALL on_end(void* user, const XML_Char* /*name*/) {
    guarded(user, [](XmlChecker& checker) {
      checker.namespaces_.close();
      --checker.depth_;
    });
  }
  static void XMLCALL on_declaration(void* user, const XML_Char* version, const XML_Char* /*encoding*/,
                                     int /*standalone*/) {
    guarded(user, [&](XmlChecker& checker) { checker.check_version(version); });
  }
  static void XMLCALL on_doctype(void* user, const XML_Char* /*name*/, const XML_Char* /*system*/,
                                 const XML_Char* /*public_id*/, int /*internal*/) {
    guarded(user, [](XmlChecker& checker) { checker.doctype(); });
  }
  static void XMLCALL on_attribute_declaration(void* user, const XML_Char* /*element*/, const XML_Char* /*name*/,
                                               const XML_Char* /*type*/, const XML_Char* value, int /*required*/) {
    guarded(user, [&](XmlChecker& checker) { checker.declare_attribute(value != nullptr); });
  }
  static void XMLCALL on_entity_declaration(void* user, const XML_Char* /*name*/, int /*parameter*/,
                                            const XML_Char* /*value*/, int /*length*/, const XML_Char* /*base*/,
                                            const XML_Char* /*system*/, const XML_Char* /*public_id*/,
                                            const XML_Char* /*notation*/) {
    guarded(user, [](XmlChecker& checker) { checker.declare_entity(); });
  }
  static int XMLCALL on_external(XML_Parser parser, const XML_Char* /*context*/, const XML_Char* /*base*/,
                                 const XML_Char* /*system*/, const XML_Char* /*public_id*/) {
    guarded(XML_GetUserData(parser), [](XmlChecker& checker) { checker.external(); });
    return XML_STATUS_OK;
  }
  static void XMLCALL on_skipped(void* user, const XML_Char* /*name*/, int /*parameter*/) {
    guarded(user, [](XmlChecker& checker) { checker.external(); });
  }

  void parse_piece() {
    if (piece_.empty()) return;
    const XmlMemory::Call call(memory_);
    const auto* const text = reinterpret_cast<const char*>(piece_.data());
    const XML_Status status = XML_Parse(parser_, text, static_cast<int>(piece_.size()), XML_FALSE);
    fed_ += piece_.size();
    piece_.clear();
    if (ended_) return;
    if (status != XML_STATUS_OK) return end_failed(false);
    const XML_Index at = XML_GetCurrentByteIndex(parser_);
    if (at >= 0 && fed_ - static_cast<std::uint64_t>(at) > kMostToken) {
      end("limit.token", "a tag, comment or declaration is longer than the 1 MiB that is looked at");
    }
  }

  // Production [26], which expat does not look at: "1." and digits. What calls itself 1.1 is held to the rules of 1.0.
  void check_version(const XML_Char* version) {
    const std::string_view text = version == nullptr ? std::string_view("1.0") : version;
    if (text.size() > 2 && text.starts_with("1.") && text.find_first_not_of("0123456789", 2) == std::string_view::npos)
      return;
    end("xml.syntax", "the document calls itself XML " + escape_text(text) + ", which does not exist");
  }

  void begin_element(std::string_view name, const XML_Char** attributes) {
    ++depth_;
    std::size_t size = 0;
    while (attributes[size] != nullptr) size += 2;
    if (!std::exchange(has_root_, true)) check_root(name);
    check_depth();
    if (ended_) return;
    if (size / 2 > kMostAttributes) {
      return end("limit.attributes",
                 "an element has more than the " + std::to_string(kMostAttributes) + " attributes that are looked at");
    }
    check_names(name, {attributes, size});
    if (svg_) check_scripts(name, {attributes, size});
    check_namespaces(namespaces_.open(name, {attributes, size}));
  }

  // Once for each of its elements that has one; what a browser runs of an image is a program.
  void check_scripts(std::string_view name, std::span<const XML_Char* const> attributes) {
    const Strictness strictness = layer_.settings->safety.executable;
    const std::string_view what = strictness == Strictness::kAllow ? std::string_view() : svg_script(name, attributes);
    if (what.empty()) return;
    const Severity severity = strictness == Strictness::kError ? Severity::kError : Severity::kWarning;
    const Location where = here();
    if (!layer_.keeps(*where.byte)) return layer_.count(severity);
    layer_.report("safety.executable", severity,
                  "the element \"" + escape_text(name) + "\" of the image " + std::string(what) +
                      ": a browser runs it when it opens the file; remove it",
                  where);
  }

  void check_root(std::string_view name) {
    svg_ = local_name(name) == "svg";
    if (layer_.watch != nullptr) layer_.watch->root_element(name);
    if (!settings_.root.has_value() || name == *settings_.root) return;
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos && name.substr(colon + 1) == *settings_.root) return;
    report("xml.root", "the root element is \"" + escape_text(name) + "\", the contract demands \"" +
                           escape_text(*settings_.root) + "\"");
  }

  void check_depth() {
    if (depth_ <= settings_.depth.value_or(kDepth)) return;
    if (settings_.depth.has_value()) {
      end("xml.depth", "elements lie deeper within each other than the " + std::to_string(*settings_.depth) +
                           " that the contract allows");
    } else {
      end("limit.depth", "elements lie deeper within each other than the " + std::to_string(kDepth) +
                             " that are followed: state `xml.depth` in the contract");
    }
  }

  void check_names(std::string_view name, std::span<const XML_Char* const> attributes) {
    if (is_no_qualified_name(name)) report_colon(name);
    for (std::size_t i = 0; i < attributes.size(); i += 2) {
      if (is_no_qualified_name(attributes[i])) report_colon(attributes[i]);
    }
  }
  void report_colon(std::string_view name) {
    const Location where = here();
    if (!layer_.keeps(*where.byte)) return layer_.count(Severity::kWarning);
    layer_.report("xml.name", "the name \"" + escape_text(name) + "\" has a colon where no prefix ends", where);
  }

  void check_namespaces(XmlNamespaces::Fault fault) {
    const auto name = [&] { return "\"" + escape_text(namespaces_.name()) + "\""; };
    switch (fault) {
      case XmlNamespaces::Fault::kNone: return;
      case XmlNamespaces::Fault::kUnbound:
        return end("xml.namespace", "nothing says which namespace the prefix " + name() + " stands for");
      case XmlNamespaces::Fault::kReserved:
        return end("xml.namespace", "the prefix " + name() + " is bound to a namespace that it cannot stand for");
      case XmlNamespaces::Fault::kDuplicate:
        return end("xml.namespace", "an element has the attribute " + name() + " twice in one namespace");
      case XmlNamespaces::Fault::kTooMany:
        return end("limit.namespaces", "more than " + std::to_string(XmlNamespaces::kMostBindings) +
                                           " prefixes are bound at once, which are not followed");
    }
  }

  void doctype() {
    if (settings_.doctype) return;
    end("xml.doctype_forbidden",
        "the document has a DOCTYPE, which may name files and entities: send it without, or allow `xml.doctype`");
  }

  void declare_attribute(bool has_default) {
    if (has_default && ++defaults_ > kMostDefaults) {
      end("limit.attributes", "more than " + std::to_string(kMostDefaults) +
                                  " attributes are declared with defaults, which are not followed");
    }
  }

  void declare_entity() {
    if (++entities_ > kMostEntities) {
      end("limit.entities",
          "more than " + std::to_string(kMostEntities) + " entities are declared, which are not followed");
    }
  }

  void external() {
    if (std::exchange(external_, true)) return;
    report("xml.external_entity", "it refers to an entity outside of the file, which is never read");
  }

  // expat gave up, at the end of all if `at_end`.
  void end_failed(bool at_end) {
    const XML_Error error = XML_GetErrorCode(parser_);
    if (error == XML_ERROR_NO_MEMORY) return end_memory();
    const XmlSentence said = xml_sentence(error, {.at_end = at_end, .has_root = has_root_});
    end(said.code, std::string(said.words));
  }

  void end_memory() {
    if (memory_.refused() || !piece_memory_.granted()) {
      layer_.report("limit.memory", "the document needs more memory than one file gets", here());
    } else {
      layer_.budget->exhaust();
    }
    stop();
  }

  void end(std::string_view code, std::string message) {
    report(code, std::move(message));
    stop();
  }
  void report(std::string_view code, std::string message) { layer_.report(code, std::move(message), here()); }
  void stop() {
    ended_ = true;
    if (parser_ != nullptr) XML_StopParser(parser_, XML_FALSE);
  }

  [[nodiscard]] Location here() const {
    Location where;
    const XML_Index at = parser_ != nullptr ? XML_GetCurrentByteIndex(parser_) : 0;
    where.byte = at >= 0 ? static_cast<std::uint64_t>(at) : fed_;
    where.line = parser_ != nullptr ? XML_GetCurrentLineNumber(parser_) : 1;
    return where;
  }

  const Layer& layer_;
  const XmlSettings& settings_;
  Reservation piece_memory_;
  XmlMemory memory_;
  XML_Parser parser_ = nullptr;
  std::vector<std::byte> piece_;
  XmlNamespaces namespaces_;
  std::uint64_t fed_ = 0;
  std::uint64_t depth_ = 0;
  bool has_root_ = false;
  std::size_t defaults_ = 0;
  std::size_t entities_ = 0;
  bool svg_ = false;       // the root element is that of an SVG image
  bool external_ = false;  // xml.external_entity was said
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_xml_checker(const Layer& layer) { return std::make_unique<XmlChecker>(layer); }

}  // namespace scalper
