#pragma once
// What expat says, in our codes and words.

#include <cstdint>
#include <string_view>

namespace scalper {

struct XmlSentence {
  std::string_view code;
  std::string_view words;
};

struct XmlPlace {
  bool at_end = false;    // behind the last byte
  bool has_root = false;  // the root element has begun
};

// `error`: an XML_Error other than XML_ERROR_NO_MEMORY.
[[nodiscard]] XmlSentence xml_sentence(int error, XmlPlace place);

}  // namespace scalper
