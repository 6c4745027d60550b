#include "api/conditions.h"

#include <algorithm>
#include <vector>

namespace scalper::api {
namespace {

struct Etag {
  std::string_view opaque;  // with its quotes
  bool weak = false;
};

struct EtagList {
  bool any = false;  // "*"
  std::vector<Etag> tags;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// etagc = %x21 / %x23-7E / obs-text (RFC 9110, 8.8.3)
bool is_etag_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

std::optional<Etag> take_etag(std::string_view& rest) {
  Etag tag;
  tag.weak = rest.starts_with("W/");
  if (tag.weak) rest.remove_prefix(2);
  if (!rest.starts_with('"')) return std::nullopt;
  std::size_t end = 1;
  while (end < rest.size() && is_etag_byte(rest[end])) ++end;
  if (end == rest.size() || rest[end] != '"') return std::nullopt;
  tag.opaque = rest.substr(0, end + 1);
  rest.remove_prefix(end + 1);
  return tag;
}

// A list may have empty elements (RFC 9110, 5.6.1.2), and not nothing but those.
std::optional<EtagList> parse_etags(std::string_view rest) {
  EtagList list;
  skip_blanks(rest);
  while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
  if (rest == "*") {
    list.any = true;
    return list;
  }
  bool separated = true;
  while (!rest.empty()) {
    if (rest.front() == ',') {
      separated = true;
      rest.remove_prefix(1);
    } else {
      const auto tag = separated && list.tags.size() < kMaxEtags ? take_etag(rest) : std::nullopt;
      if (!tag) return std::nullopt;
      list.tags.push_back(*tag);
      separated = false;
    }
    skip_blanks(rest);
  }
  if (list.tags.empty()) return std::nullopt;
  return list;
}

}  // namespace

std::string etag_of(const FileRecord& record) { return "\"" + std::to_string(record.revision) + "\""; }

bool none_match_names(const RequestHead& head, std::string_view etag) {
  const auto list = parse_etags(head.header("if-none-match"));
  if (!list) return false;
  return list->any || std::ranges::any_of(list->tags, [etag](const Etag& tag) { return tag.opaque == etag; });
}

Result<Bound> bound_to(const RequestHead& head, const FileRecord& record) {
  Bound bound;
  bound.asked = head.headers.contains("if-match");
  if (!bound.asked) return bound;
  const auto list = parse_etags(head.header("if-match"));
  if (!list)
    return Error(ErrorCode::kInvalidArgument, "the header If-Match must be * or a list of at most 64 etags: \"12\"");
  if (list->any) return bound;
  const std::string etag = etag_of(record);
  bound.allowed = std::ranges::any_of(list->tags, [&etag](const Etag& tag) { return !tag.weak && tag.opaque == etag; });
  if (bound.allowed) bound.revision = record.revision;
  return bound;
}

}  // namespace scalper::api
