#include "model/verdict_json.h"

#include <boost/json.hpp>

#include "base/escape.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 2000;

std::string clean(const std::string& text) { return is_valid_utf8(text) ? text : escape_text(text, kMaxText); }

void put_number(json::object& object, const char* name, const std::optional<std::uint64_t>& value) {
  if (value) object[name] = *value;
}

json::object location_json(const Location& location) {
  json::object object;
  json::array path;
  for (const std::string& member : location.path) path.emplace_back(clean(member));
  object["path"] = std::move(path);
  put_number(object, "byte", location.byte);
  put_number(object, "line", location.line);
  put_number(object, "row", location.row);
  if (location.column) object["column"] = clean(*location.column);
  put_number(object, "column_index", location.column_index);
  if (location.pointer) object["pointer"] = clean(*location.pointer);
  put_number(object, "outer_byte", location.outer_byte);
  return object;
}

json::object digests_json(const Digests& digests) {
  json::object object;
  object["sha256"] = digests.sha256;
  object["crc64nvme"] = digests.crc64nvme;
  if (digests.crc32) object["crc32"] = *digests.crc32;
  if (digests.crc32c) object["crc32c"] = *digests.crc32c;
  if (digests.sha1) object["sha1"] = *digests.sha1;
  if (digests.md5) object["md5"] = *digests.md5;
  return object;
}

}  // namespace

std::string verdict_to_json(const Verdict& verdict) {
  json::object object;
  object["verdict"] = std::string(to_string(verdict.kind));
  object["type"] = clean(verdict.type);
  object["size"] = verdict.size;
  object["digests"] = digests_json(verdict.digests);
  object["contract"] = {{"name", clean(verdict.contract.name)}, {"digest", verdict.contract.digest}};
  json::array findings;
  for (const Finding& finding : verdict.findings)
    findings.push_back({{"code", finding.code},
                        {"severity", std::string(to_string(finding.severity))},
                        {"message", clean(finding.message)},
                        {"location", location_json(finding.location)}});
  object["findings"] = std::move(findings);
  object["findings_total"] = verdict.findings_total;
  return json::serialize(object);
}

}  // namespace scalper
