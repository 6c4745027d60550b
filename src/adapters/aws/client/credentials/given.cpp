#include "adapters/aws/client/credentials/given.h"

#include <boost/json.hpp>
#include <utility>

#include "adapters/aws/client/text.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestKey = 1024;
constexpr std::size_t kLongestToken = 32 << 10;

json::value document(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  return error.failed() ? json::value() : value;
}

const json::value* member(const json::value& value, std::string_view name) {
  return value.is_object() ? value.as_object().if_contains(json::string_view(name.data(), name.size())) : nullptr;
}

std::string text_of(const json::value* value) {
  if (value == nullptr) return {};
  if (value->is_string()) return {value->as_string().data(), value->as_string().size()};
  return value->is_int64() ? std::to_string(value->as_int64()) : std::string();
}

}  // namespace

Result<Credentials> checked(Credentials given, std::string_view source) {
  const auto refused = [&](const char* why) {
    return Error(ErrorCode::kInvalidArgument, "AWS credentials of " + std::string(source) + ": " + why);
  };
  if (given.access_key_id.empty()) return refused("the access key id is missing");
  if (given.secret_access_key.empty()) return refused("the secret access key is missing");
  if (!is_visible_ascii(given.access_key_id) || given.access_key_id.size() > kLongestKey)
    return refused("the access key id cannot be one");
  if (!is_visible_ascii(given.secret_access_key) || given.secret_access_key.size() > kLongestKey)
    return refused("the secret access key cannot be one");
  if (!given.session_token.empty() &&
      (!is_visible_ascii(given.session_token) || given.session_token.size() > kLongestToken))
    return refused("the session token cannot be one");
  return given;
}

Result<Credentials> credentials_of(std::string_view text, const CredentialsForm& form, std::string_view source) {
  const auto corrupt = [&](const char* why) {
    return Error(ErrorCode::kCorrupt, "AWS credentials of " + std::string(source) + ": " + why);
  };
  const json::value whole = document(text);
  const json::value* const held = form.inside.empty() ? &whole : member(whole, form.inside);
  if (held == nullptr || !held->is_object()) return corrupt("the answer is no such JSON");
  Credentials given{text_of(member(*held, form.key_id)), text_of(member(*held, form.secret)),
                    text_of(member(*held, form.token)), std::nullopt};
  const json::value* const expires = member(*held, form.expires);
  if (expires != nullptr && expires->is_int64()) {
    given.expires = WallTime(Millis(expires->as_int64()));
  } else if (expires != nullptr && !expires->is_null()) {
    given.expires = parse_rfc3339(text_of(expires));
    if (!given.expires) return corrupt("the time of their end is none");
  }
  return checked(std::move(given), source);
}

std::string member_of(std::string_view text, std::string_view name) { return text_of(member(document(text), name)); }

}  // namespace scalper::aws
