#include "validate/formats/xml_sentences.h"

#include <expat.h>

namespace scalper {
namespace {

constexpr XmlSentence kTruncated{"xml.truncated", "the document ends too early: the upload was cut, send it again"};
constexpr XmlSentence kEmpty{"xml.empty", "there is no element in the document"};

}  // namespace

XmlSentence xml_sentence(int error, XmlPlace place) {
  if (place.at_end) {
    if (!place.has_root && error == XML_ERROR_NO_ELEMENTS) return kEmpty;
    return kTruncated;
  }
  switch (error) {
    case XML_ERROR_TAG_MISMATCH: return {"xml.tag", "this end tag does not close the element that is open"};
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
      return {"xml.attribute", "an element has one attribute twice: keep one of them"};
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return {"xml.trailing", "something follows the root element: a document has one"};
    case XML_ERROR_UNDEFINED_ENTITY:
      return {"xml.entity", "an entity is used that the document does not declare: write the character itself"};
    case XML_ERROR_RECURSIVE_ENTITY_REF: return {"xml.entity", "an entity contains itself"};
    case XML_ERROR_BINARY_ENTITY_REF:
    case XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF:
    case XML_ERROR_ASYNC_ENTITY:
    case XML_ERROR_PARAM_ENTITY_REF: return {"xml.entity", "an entity is used where it may not be"};
    case XML_ERROR_BAD_CHAR_REF: return {"xml.syntax", "a character is named by a number that no character has"};
    case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
      return {"xml.entity_expansion", "its entities expand to far more than the document has, as bombs do"};
    case XML_ERROR_UNKNOWN_ENCODING:
      return {"encoding.not_utf8", "the document declares an encoding that is not checked: write it as UTF-8"};
    case XML_ERROR_INCORRECT_ENCODING: return {"xml.encoding", "the document is not in the encoding that it declares"};
    case XML_ERROR_MISPLACED_XML_PI:
      return {"xml.syntax", "the XML declaration stands behind something: it has to come first"};
    case XML_ERROR_XML_DECL: return {"xml.syntax", "the XML declaration is not written as it has to be"};
    case XML_ERROR_INVALID_TOKEN:
      return {
          "xml.syntax",
          "this is not well-formed: often an & or < that is not escaped, or a byte that its encoding does not have"};
    default: return {"xml.syntax", "this is not well-formed here"};
  }
}

}  // namespace scalper
