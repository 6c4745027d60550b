// Signs what standard input describes, a JSON object a line, and answers with a line each: what the tests compare with
// the signer of botocore. Every text is hexadecimal, since paths and queries are bytes.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "adapters/aws/client/endpoint.h"
#include "adapters/aws/client/post_policy.h"
#include "adapters/aws/client/sigv4.h"
#include "adapters/aws/client/uri_encoding.h"
#include "base/bytes.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

std::string text(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value == nullptr ? "" : from_hex(value->as_string()).value();
}

Fields fields(const json::object& from, std::string_view name) {
  Fields out;
  if (const json::value* const list = from.if_contains(name))
    for (const json::value& pair : list->as_array())
      out.emplace_back(from_hex(pair.at(0).as_string()).value(), from_hex(pair.at(1).as_string()).value());
  return out;
}

json::array shown(const Fields& fields) {
  json::array out;
  for (const auto& [name, value] : fields)
    out.emplace_back(json::array{to_hex(as_bytes(name)), to_hex(as_bytes(value))});
  return out;
}

struct Asked {
  explicit Asked(const json::object& from)
      : credentials{text(from, "access_key_id"), text(from, "secret"), text(from, "token"), std::nullopt},
        scope{text(from, "region"), text(from, "service"), std::nullopt},
        now(parse_rfc3339(text(from, "now")).value()),
        valid_for(from.contains("valid_for") ? from.at("valid_for").as_int64() : 0) {}
  Credentials credentials;
  SigningScope scope;
  WallTime now;
  std::chrono::seconds valid_for;
};

SignableRequest request_of(const json::object& from) {
  SignableRequest request{text(from, "method"),  text(from, "host"),      text(from, "path"),
                          fields(from, "query"), fields(from, "headers"), text(from, "payload_hash")};
  return request;
}

json::object sign(const json::object& from) {
  const Asked asked(from);
  const SignableRequest request = request_of(from);
  json::object out{{"path", encode_path(request.path)}};
  if (text(from, "form") == "header") {
    out["query"] = encode_query(request.query);
    out["headers"] = shown(sign_headers(request, asked.scope, asked.credentials, asked.now));
  } else {
    out["query"] = presign_query(request, asked.scope, asked.credentials, asked.now, asked.valid_for).value();
  }
  return out;
}

// A whole URL for an object.
json::object url(const json::object& from) {
  const Asked asked(from);
  EndpointSettings settings;
  settings.region = asked.scope.region;
  settings.path_style = from.at("path_style").as_bool();
  if (const std::string endpoint = text(from, "endpoint"); !endpoint.empty()) settings.urls["s3"] = endpoint;
  const Target target = target_of(settings, "s3", text(from, "bucket"), "/" + text(from, "key")).value();
  SignableRequest request = request_of(from);
  request.host = target.host;
  request.path = target.path;
  const std::string query = presign_query(request, asked.scope, asked.credentials, asked.now, asked.valid_for).value();
  return {{"url", target.scheme + "://" + target.host + encode_path(target.path) + "?" + query}};
}

json::object form(const json::object& from) {
  const Asked asked(from);
  PostPolicy policy;
  policy.bucket = text(from, "bucket");
  policy.key = text(from, "key");
  policy.key_is_prefix = from.at("key_is_prefix").as_bool();
  policy.min_bytes = from.at("min_bytes").to_number<std::uint64_t>();
  policy.max_bytes = from.at("max_bytes").to_number<std::uint64_t>();
  policy.fields = fields(from, "fields");
  return {{"fields", shown(post_form(policy, asked.scope, asked.credentials, asked.now, asked.valid_for).value())}};
}

int answer_all() {
  for (std::string line; std::getline(std::cin, line);) {
    const json::object from = json::parse(line).as_object();
    const std::string wanted = text(from, "form");
    std::cout << json::serialize(wanted == "url" ? url(from) : wanted == "post" ? form(from) : sign(from)) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace scalper::aws

int main() { return scalper::aws::answer_all(); }
