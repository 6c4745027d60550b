#include "hosts/lambda/api_event.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "adapters/aws/json_fields.h"
#include "api/problem.h"
#include "api/target.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/plain_json.h"
#include "hosts/lambda/runtime_client.h"
#include "model/access_token.h"

namespace scalper::lambda {
namespace {

namespace json = boost::json;
using aws::object_in;
using aws::text_in;

constexpr std::size_t kMaxDepth = 32;
constexpr std::string_view kRoot = "/v1/";
constexpr std::string_view kScope = "scalper/";                // and a role
constexpr std::string_view kPrefixClaim = "scalper_prefixes";  // JSON text of an array

Error refused(const char* why) { return {ErrorCode::kInvalidArgument, std::string("API event: ") + why}; }

// The text at the end of a path of objects; empty where one is missing.
std::string text_at(const json::object& root, std::initializer_list<std::string_view> path) {
  const json::object* at = &root;
  for (const std::string_view* name = path.begin(); name + 1 != path.end(); ++name) {
    at = object_in(*at, *name);
    if (at == nullptr) return {};
  }
  return text_in(*at, *(path.end() - 1));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Encodes only what cannot stand in an encoded text, so that what is encoded already stays as it is.
std::string encoded(std::string_view text, std::string_view never_literal) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool escape = text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    const bool literal =
        byte > ' ' && byte < 0x7F && text[i] != '%' && never_literal.find(text[i]) == std::string_view::npos;
    out += escape || literal ? std::string(1, text[i]) : api::percent_encoded(text.substr(i, 1));
  }
  return out;
}

// Our paths begin with /v1/; a stage or the base path of a custom domain may stand before that.
std::string without_prefix(std::string path, const std::string& stage) {
  if (!stage.empty() && path.starts_with("/" + stage + "/")) {
    std::string rest = path.substr(stage.size() + 1);
    if (rest.starts_with(kRoot) || !path.starts_with(kRoot)) path = std::move(rest);
  }
  const std::size_t root = path.find(kRoot);
  return root == std::string::npos ? path : path.substr(root);
}

void add_header(ApiRequest& request, std::string_view name, std::string_view value) {
  const std::string key = lower(name);
  const auto [at, added] = request.head.headers.emplace(key, value);
  if (!added) at->second.append(key == "cookie" ? "; " : ", ").append(value);
}

void read_headers(const json::object& event, ApiRequest& request) {
  if (const auto* const several = object_in(event, "multiValueHeaders"); several != nullptr && !several->empty()) {
    for (const auto& [name, values] : *several)
      if (const auto* const list = values.if_array())
        for (const json::value& value : *list)
          if (value.is_string()) add_header(request, name, value.get_string());
  } else if (const auto* const single = object_in(event, "headers")) {
    for (const auto& [name, value] : *single)
      if (value.is_string()) add_header(request, name, value.get_string());
  }
  if (const auto* const cookies = event.if_contains("cookies"); cookies != nullptr && cookies->is_array())
    for (const json::value& cookie : cookies->get_array())
      if (cookie.is_string()) add_header(request, "cookie", cookie.get_string());
}

// Of format 1.0, whose parameters come decoded; one that was given twice stays so, for the API to refuse.
std::string joined_query(const json::object& event) {
  std::string query;
  const auto add = [&query](std::string_view name, const json::value& value) {
    if (!value.is_string()) return;
    query.append(query.empty() ? "" : "&").append(api::percent_encoded(name)).append("=");
    query.append(api::percent_encoded(value.get_string()));
  };
  if (const auto* const several = object_in(event, "multiValueQueryStringParameters");
      several != nullptr && !several->empty()) {
    for (const auto& [name, values] : *several)
      if (const auto* const list = values.if_array())
        for (const json::value& value : *list) add(name, value);
  } else if (const auto* const single = object_in(event, "queryStringParameters")) {
    for (const auto& [name, value] : *single) add(name, value);
  }
  return query;
}

// The highest role among the token's own scopes, whose signature the gateway has verified. `scopes` beside the claims
// is what the route asks for, of which a caller need have only one.
Role scoped_role(std::string_view scopes) {
  Role highest = Role::kNone;
  while (!scopes.empty()) {
    const std::string_view scope = scopes.substr(0, scopes.find(' '));
    scopes.remove_prefix(std::min(scope.size() + 1, scopes.size()));
    if (!scope.starts_with(kScope)) continue;
    highest = std::max(highest, role_of(scope.substr(kScope.size())).value_or(Role::kNone));
  }
  return highest;
}

using Prefixes = std::optional<std::vector<std::string>>;

// An array, or the text of one, of keys' beginnings. nullopt: something else, which binds nobody as it was meant.
Prefixes prefixes_in(const json::value& value) {
  if (value.is_string()) {
    boost::system::error_code failed;
    const json::value inner = json::parse(value.get_string(), failed);
    return failed || !inner.is_array() ? std::nullopt : prefixes_in(inner);
  }
  if (!value.is_array() || value.get_array().size() > kMaxTokenPrefixes) return std::nullopt;
  std::vector<std::string> prefixes;
  for (const json::value& prefix : value.get_array()) {
    if (!prefix.is_string() || prefix.get_string().empty()) return std::nullopt;
    prefixes.emplace_back(prefix.get_string());
  }
  return prefixes;
}

// `prefixes`: null where nothing is said of them, then an uploader is bound to none.
void let_in(ApiRequest& request, const std::string& who, Role role, const json::value* prefixes) {
  request.head.caller = escape_text(who.empty() ? "unnamed" : who, 200);
  request.head.role = role;
  if (role != Role::kUploader || prefixes == nullptr) return;
  auto said = prefixes_in(*prefixes);
  if (said)
    request.head.prefixes = *std::move(said);
  else
    request.head.role = Role::kNone;
}

// What a Lambda authorizer says; also ours, hosts/lambda/authorize.h.
void let_in_by(ApiRequest& request, const json::object& said) {
  const Role role = role_of(text_in(said, "role")).value_or(Role::kNone);
  let_in(request, text_in(said, "principalId"), role, said.if_contains("prefixes"));
}

// Who calls, by what the gateway wrote into the context; callers cannot write there.
void read_caller(const json::object& context, ApiRequest& request) {
  const json::object* const authorizer = object_in(context, "authorizer");
  const std::string iam = text_at(context, {"authorizer", "iam", "userArn"});
  const std::string identity = text_at(context, {"identity", "userArn"});
  if (!iam.empty() || !identity.empty()) return let_in(request, iam.empty() ? identity : iam, Role::kOperator, nullptr);
  if (authorizer == nullptr) return;
  if (const auto* const jwt = object_in(*authorizer, "jwt")) {
    const json::object* const claims = object_in(*jwt, "claims");
    return let_in(request, text_at(*jwt, {"claims", "sub"}), scoped_role(text_at(*jwt, {"claims", "scope"})),
                  claims == nullptr ? nullptr : claims->if_contains(kPrefixClaim));
  }
  if (const auto* const own = object_in(*authorizer, "lambda")) return let_in_by(request, *own);
  if (!text_in(*authorizer, "principalId").empty()) let_in_by(request, *authorizer);
}

Result<void> read_body(const json::object& event, ApiRequest& request) {
  request.body = text_in(event, "body");
  const json::value* const encoded = event.if_contains("isBase64Encoded");
  if (encoded == nullptr || !encoded->is_bool() || !encoded->get_bool()) return {};
  auto bytes = from_base64(request.body);
  if (!bytes) return refused("the body is no base64");
  request.body = *std::move(bytes);
  return {};
}

}  // namespace

Result<ApiRequest> read_api_request(std::string_view payload) {
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  const json::value value = json::parse(payload, failed, {}, options);
  if (failed || !value.is_object()) return refused("no JSON object");
  const json::object& event = value.get_object();
  const json::object* const context = object_in(event, "requestContext");
  const bool is_2 = event.contains("rawPath");
  const std::string method =
      is_2 && context != nullptr ? text_at(*context, {"http", "method"}) : text_in(event, "httpMethod");
  const std::string path = text_in(event, is_2 ? "rawPath" : "path");
  if (context == nullptr || method.empty() || !path.starts_with('/'))
    return refused("neither payload format 2.0 nor 1.0 of API Gateway");
  ApiRequest request;
  request.head.role = api::Role::kNone;
  request.is_head = method == "HEAD";
  request.head.method = request.is_head ? "GET" : method;
  request.head.target = without_prefix(encoded(path, "?#\"<>"), text_in(*context, "stage"));
  const std::string query = is_2 ? encoded(text_in(event, "rawQueryString"), "#\"<>") : joined_query(event);
  if (!query.empty()) request.head.target += "?" + query;
  read_headers(event, request);
  read_caller(*context, request);
  SCALPER_TRY(read_body(event, request));
  return request;
}

std::string write_api_answer(const api::Complete& reply, const std::string& request_id, bool is_head) {
  json::object headers{{"content-type", reply.content_type},
                       {"cache-control", "no-store"},
                       {"x-content-type-options", "nosniff"},
                       {"x-request-id", request_id}};
  for (const auto& [name, value] : reply.headers) headers[lower(name)] = value;
  const bool is_text = is_valid_utf8(reply.body);
  json::object answer{{"statusCode", reply.status}, {"headers", std::move(headers)}, {"isBase64Encoded", !is_text}};
  if (!is_head) answer["body"] = is_text ? reply.body : to_base64(as_bytes(reply.body));
  std::string text = plain_json(json::serialize(answer));
  if (text.size() <= kMaxAnswer) return text;
  const api::Reply too_long = api::problem(501, "answer_too_long", "the answer is longer than Lambda carries (6 MB)");
  return write_api_answer(std::get<api::Complete>(too_long), request_id, is_head);
}

}  // namespace scalper::lambda
