#pragma once
// XML 1.0, fifth edition, by expat: well-formedness of the document entity, and namespaces (Namespaces in XML 1.0). A
// document type declaration is an error unless the contract allows it; then its internal subset is read, and nothing
// outside of the file ever is. UTF-8, UTF-16, ISO-8859-1 and US-ASCII. Codes: xml.*, encoding.not_utf8, limit.token,
// limit.attributes, limit.depth, limit.memory. What follows the first error of syntax is not looked at.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_xml_checker(const Layer& layer);

}  // namespace scalper
