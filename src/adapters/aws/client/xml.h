#pragma once
// The XML that S3, SNS and STS answer, as a tree: small documents of a service, never files of senders.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scalper::aws {

struct XmlElement {
  std::string name;  // local name, without a namespace
  std::string text;  // of its own, children's left out
  std::vector<XmlElement> children;

  // The first child of that name, or null.
  [[nodiscard]] const XmlElement* child(std::string_view name) const;
  // The text at the end of a path of names, "" where one is missing.
  [[nodiscard]] std::string text_at(std::initializer_list<std::string_view> path) const;
};

// Leading white space is passed over. kCorrupt: no well-formed document, a DOCTYPE, more than 64 levels, 200,000
// elements or 64 MiB.
[[nodiscard]] Result<XmlElement> parse_xml(std::string_view document);

// Text for a document of ours: &, <, > and quotes as entities, and control bytes as character references. XML 1.0 has
// no such references below 0x20 but three; S3 takes them all the same (AWS, "Creating object key names").
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace scalper::aws
