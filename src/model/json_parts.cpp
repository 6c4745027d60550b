#include "model/json_parts.h"

#include <boost/json.hpp>

#include "base/bytes.h"
#include "base/escape.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kNoLimit = SIZE_MAX;

std::string hex_of(const std::string& text) { return to_hex(as_bytes(text)); }

std::string hex_name(std::string_view name) { return std::string(name) + "_hex"; }

}  // namespace

void put_text(json::object& object, std::string_view name, const std::string& text) {
  const bool plain = is_valid_utf8(text);
  object[name] = plain ? std::string_view(text) : std::string_view();
  if (!plain) object[name] = escape_text(text, kNoLimit);
  if (!plain) object[hex_name(name)] = hex_of(text);
}

bool JsonReader::has(std::string_view name) const { return object_.if_contains(name) != nullptr; }

void JsonReader::fail(std::string_view name, std::string_view expected) {
  if (problem_.empty()) problem_ = "`" + std::string(name) + "` is no " + std::string(expected);
}

const json::value* JsonReader::find(std::string_view name) {
  const json::value* const value = object_.if_contains(name);
  if (value == nullptr && problem_.empty()) problem_ = "`" + std::string(name) + "` is missing";
  return value;
}

std::string JsonReader::text(std::string_view name) {
  if (const json::value* const hex = object_.if_contains(hex_name(name)); hex != nullptr && hex->is_string()) {
    auto bytes = from_hex(std::string_view(hex->as_string()));
    if (!bytes) fail(hex_name(name), "hexadecimal text");
    return bytes ? *std::move(bytes) : std::string();
  }
  const json::value* const value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    fail(name, "text");
    return {};
  }
  return std::string(value->as_string());
}

std::uint64_t JsonReader::number(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return 0;
  boost::system::error_code failed;
  const auto number = value->is_number() ? value->to_number<std::uint64_t>(failed) : 0;
  if (failed || !value->is_number()) fail(name, "whole number");
  return failed ? 0 : number;
}

bool JsonReader::flag(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) fail(name, "true or false");
  return value->is_bool() && value->as_bool();
}

const json::object& JsonReader::object(std::string_view name) {
  static const json::object empty;
  const json::value* const value = find(name);
  if (value == nullptr) return empty;
  if (!value->is_object()) fail(name, "object");
  return value->is_object() ? value->as_object() : empty;
}

namespace {

const json::array& array_of(const json::object& object, std::string_view name, std::string& problem) {
  static const json::array empty;
  const json::value* const value = object.if_contains(name);
  if (value != nullptr && value->is_array()) return value->as_array();
  if (problem.empty()) problem = "`" + std::string(name) + "` is no list";
  return empty;
}

void put_number(json::object& object, const char* name, const std::optional<std::uint64_t>& value) {
  if (value) object[name] = *value;
}

std::optional<std::uint64_t> maybe_number(JsonReader& reader, std::string_view name) {
  return reader.has(name) ? std::optional(reader.number(name)) : std::nullopt;
}

std::optional<std::string> maybe_text(JsonReader& reader, std::string_view name) {
  return reader.has(name) ? std::optional(reader.text(name)) : std::nullopt;
}

// Each member as an object of its own, so that text and bytes stand side by side.
json::array path_json(const std::vector<std::string>& path) {
  json::array array;
  for (const std::string& member : path) {
    if (is_valid_utf8(member)) {
      array.emplace_back(member);
      continue;
    }
    json::object both;
    put_text(both, "name", member);
    array.emplace_back(std::move(both));
  }
  return array;
}

std::vector<std::string> read_path(const json::array& array, std::string& problem) {
  std::vector<std::string> path;
  for (const json::value& member : array) {
    if (member.is_string())
      path.emplace_back(member.as_string());
    else if (member.is_object())
      path.push_back(JsonReader(member.as_object(), problem).text("name"));
    else if (problem.empty())
      problem = "`path` holds something that is no text";
  }
  return path;
}

json::object location_json(const Location& location) {
  json::object object;
  object["path"] = path_json(location.path);
  put_number(object, "byte", location.byte);
  put_number(object, "line", location.line);
  put_number(object, "row", location.row);
  if (location.column) put_text(object, "column", *location.column);
  put_number(object, "column_index", location.column_index);
  if (location.pointer) put_text(object, "pointer", *location.pointer);
  put_number(object, "outer_byte", location.outer_byte);
  return object;
}

Location read_location(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  Location location;
  location.path = read_path(array_of(object, "path", problem), problem);
  location.byte = maybe_number(reader, "byte");
  location.line = maybe_number(reader, "line");
  location.row = maybe_number(reader, "row");
  location.column = maybe_text(reader, "column");
  location.column_index = maybe_number(reader, "column_index");
  location.pointer = maybe_text(reader, "pointer");
  location.outer_byte = maybe_number(reader, "outer_byte");
  return location;
}

json::object finding_json(const Finding& finding) {
  json::object object;
  object["code"] = finding.code;
  object["severity"] = to_string(finding.severity);
  put_text(object, "message", finding.message);
  object["location"] = location_json(finding.location);
  return object;
}

Finding read_finding(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  Finding finding;
  finding.code = reader.text("code");
  const auto severity = parse_severity(reader.text("severity"));
  if (!severity) reader.fail("severity", "severity");
  finding.severity = severity.value_or(Severity::kError);
  finding.message = reader.text("message");
  finding.location = read_location(reader.object("location"), problem);
  return finding;
}

json::object digests_json(const Digests& digests, const json::storage_ptr& memory) {
  json::object object(memory);
  object["sha256"] = digests.sha256;
  object["crc64nvme"] = digests.crc64nvme;
  if (digests.crc32) object["crc32"] = *digests.crc32;
  if (digests.crc32c) object["crc32c"] = *digests.crc32c;
  if (digests.sha1) object["sha1"] = *digests.sha1;
  if (digests.md5) object["md5"] = *digests.md5;
  return object;
}

Digests read_digests(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  Digests digests;
  digests.sha256 = reader.text("sha256");
  digests.crc64nvme = reader.text("crc64nvme");
  digests.crc32 = maybe_text(reader, "crc32");
  digests.crc32c = maybe_text(reader, "crc32c");
  digests.sha1 = maybe_text(reader, "sha1");
  digests.md5 = maybe_text(reader, "md5");
  return digests;
}

}  // namespace

void put_verdict(json::object& object, const Verdict& verdict) {
  object["verdict"] = to_string(verdict.kind);
  put_text(object, "type", verdict.type);
  object["size"] = verdict.size;
  object["digests"] = digests_json(verdict.digests, object.storage());
  json::object contract(object.storage());
  put_text(contract, "name", verdict.contract.name);
  put_text(contract, "digest", verdict.contract.digest);
  object["contract"] = std::move(contract);
  json::array findings(object.storage());
  for (const Finding& finding : verdict.findings) findings.emplace_back(finding_json(finding));
  object["findings"] = std::move(findings);
  object["findings_total"] = verdict.findings_total;
}

Verdict read_verdict(const json::object& object, std::string& problem) {
  JsonReader reader(object, problem);
  Verdict verdict;
  const auto kind = parse_verdict_kind(reader.text("verdict"));
  if (!kind) reader.fail("verdict", "verdict");
  verdict.kind = kind.value_or(VerdictKind::kUnverifiable);
  verdict.type = reader.text("type");
  verdict.size = reader.number("size");
  verdict.digests = read_digests(reader.object("digests"), problem);
  JsonReader contract(reader.object("contract"), problem);
  verdict.contract = {contract.text("name"), contract.text("digest")};
  for (const json::value& finding : array_of(object, "findings", problem)) {
    if (finding.is_object())
      verdict.findings.push_back(read_finding(finding.as_object(), problem));
    else
      reader.fail("findings", "list of objects");
  }
  verdict.findings_total = reader.number("findings_total");
  return verdict;
}

}  // namespace scalper
