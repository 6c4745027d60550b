// libxml2's push parser in chunks of 64 KiB, with no handler: it looks whether the document is well-formed and keeps
// nothing.
#include <libxml/parser.h>

#include "subjects.h"

namespace {

std::string well_formed(std::string_view bytes) {
  xmlSAXHandler nothing = {};
  nothing.initialized = XML_SAX2_MAGIC;
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&nothing, nullptr, nullptr, 0, nullptr);
  if (parser == nullptr) return "failed";
  xmlCtxtUseOptions(parser, XML_PARSE_NONET);
  for (std::size_t at = 0; at < bytes.size(); at += bench::kChunk) {
    const std::string_view chunk = bytes.substr(at, bench::kChunk);
    if (xmlParseChunk(parser, chunk.data(), static_cast<int>(chunk.size()), 0) != 0) break;
  }
  const bool good = xmlParseChunk(parser, nullptr, 0, 1) == 0 && parser->wellFormed == 1;
  xmlFreeParserCtxt(parser);
  return good ? "valid" : "invalid";
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_subject(argc, argv, "libxml2 " LIBXML_DOTTED_VERSION, {{"xml", well_formed}});
}
