#include "hosts/lambda/authorize.h"

#include <boost/json.hpp>
#include <optional>

#include "adapters/aws/json_fields.h"
#include "api/bearer.h"

namespace scalper::lambda {
namespace {

namespace json = boost::json;
using aws::text_in;

constexpr std::size_t kMaxDepth = 32;
constexpr const char* kNobody = "nobody";

Error refused(const char* why) { return {ErrorCode::kInvalidArgument, std::string("authorizer event: ") + why}; }

bool is_authorization(std::string_view name) {
  constexpr std::string_view kName = "authorization";
  if (name.size() != kName.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] - 'A' + 'a') : name[i]) != kName[i]) return false;
  return true;
}

// Of the one header that counts; empty where there is none, or more than one.
std::string authorization_of(const json::object& event) {
  if (text_in(event, "type") == "TOKEN") return text_in(event, "authorizationToken");
  const json::value* const several = event.if_contains("multiValueHeaders");
  const json::value* const single = event.if_contains("headers");
  std::string found;
  std::size_t count = 0;
  const auto take = [&](const json::value& value) {
    if (value.is_string()) found = std::string(value.get_string());
    ++count;
  };
  if (several != nullptr && several->is_object() && !several->get_object().empty()) {
    for (const auto& [name, values] : several->get_object())
      if (is_authorization(name) && values.is_array())
        for (const json::value& value : values.get_array()) take(value);
  } else if (single != nullptr && single->is_object()) {
    for (const auto& [name, value] : single->get_object())
      if (is_authorization(name)) take(value);
  }
  return count == 1 ? found : std::string();
}

// Text alone: REST APIs take nothing else.
json::object context_of(const api::Caller& caller) {
  return {{"principalId", caller.name},
          {"role", to_string(caller.role)},
          {"prefixes", json::serialize(json::array(caller.prefixes.begin(), caller.prefixes.end()))}};
}

// Every method and path of the API's stage: the gateway may keep the policy for other requests of the same caller, and
// what each role may do is looked at behind it. "arn:aws:execute-api:region:account:api/stage/GET/v1/files".
std::string whole_api(const std::string& method_arn) {
  const std::size_t stage = method_arn.find('/');
  const std::size_t method = stage == std::string::npos ? stage : method_arn.find('/', stage + 1);
  return method == std::string::npos ? std::string() : method_arn.substr(0, method) + "/*";
}

json::object policy(const std::string& resource, bool allow) {
  return {{"Version", "2012-10-17"},
          {"Statement",
           json::array{json::object{
               {"Action", "execute-api:Invoke"}, {"Effect", allow ? "Allow" : "Deny"}, {"Resource", resource}}}}};
}

Result<std::string> written(const json::object& event, const std::optional<api::Caller>& caller) {
  if (text_in(event, "version") == "2.0") {
    json::object answer{{"isAuthorized", caller.has_value()}};
    if (caller) answer["context"] = context_of(*caller);
    return json::serialize(answer);
  }
  const std::string resource = whole_api(text_in(event, "methodArn"));
  if (resource.empty()) return refused("neither payload format 2.0 nor 1.0");
  json::object answer{{"principalId", caller ? caller->name : kNobody},
                      {"policyDocument", policy(resource, caller.has_value())}};
  if (caller) answer["context"] = context_of(*caller);
  return json::serialize(answer);
}

}  // namespace

Result<std::optional<AccessToken>> Authorizer::find(const std::string& hash, const CallContext& context) {
  const MonoTime now = clock_.mono_now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = remembered_.find(hash);
    if (known != remembered_.end() && now < known->second.until) return std::optional(known->second.token);
  }
  SCALPER_TRY_ASSIGN(auto found, tokens_.find(context, hash));
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= kMostRemembered) remembered_.clear();
  if (found)
    remembered_.insert_or_assign(hash, Remembered{*found, now + kRemembered});
  else
    remembered_.erase(hash);
  return found;
}

Result<std::string> Authorizer::answer(std::string_view payload, const CallContext& context) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  const json::value value = json::parse(payload, failed, {}, options);
  if (failed || !value.is_object()) return refused("no JSON object");
  const json::object& event = value.get_object();
  const std::string authorization = authorization_of(event);
  const auto token = api::bearer_token(authorization);
  std::optional<api::Caller> caller;
  if (token) {
    SCALPER_TRY_ASSIGN(const auto found, find(token_hash(*token), context));
    if (found && is_in_force(*found, clock_.wall_now())) caller = api::caller_of(*found);
  }
  return written(event, caller);
}

}  // namespace scalper::lambda
