#include <boost/json.hpp>

#include "model/access_token.h"
#include "model/json_parts.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 4;

void put_time(json::object& object, std::string_view name, const std::optional<WallTime>& time) {
  if (time) object[name] = format_rfc3339(*time);
}

std::optional<WallTime> read_time(JsonReader& reader, std::string_view name) {
  if (!reader.has(name)) return std::nullopt;
  const auto time = parse_rfc3339(reader.text(name));
  if (!time) reader.fail(name, "a time");
  return time;
}

std::vector<std::string> read_prefixes(const json::object& object, JsonReader& reader) {
  std::vector<std::string> prefixes;
  const json::value* const list = object.if_contains("prefixes");
  if (list == nullptr) return prefixes;
  if (!list->is_array()) {
    reader.fail("prefixes", "an array");
    return prefixes;
  }
  for (const json::value& prefix : list->get_array()) {
    if (!prefix.is_string()) reader.fail("prefixes", "an array of strings");
    prefixes.emplace_back(prefix.is_string() ? std::string(prefix.get_string()) : std::string());
  }
  return prefixes;
}

}  // namespace

std::string token_to_json(const AccessToken& token) {
  json::object object{{"hash", token.hash}, {"name", token.name}, {"role", to_string(token.role)}};
  if (!token.prefixes.empty()) object["prefixes"] = json::array(token.prefixes.begin(), token.prefixes.end());
  put_time(object, "created", token.created);
  put_time(object, "expires", token.expires);
  put_time(object, "revoked", token.revoked);
  return json::serialize(object);
}

Result<AccessToken> token_from_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed, {}, options);
  if (failed || !value.is_object()) return Error(ErrorCode::kCorrupt, "a stored token is no JSON object");
  std::string problem;
  JsonReader reader(value.get_object(), problem);
  AccessToken token;
  token.hash = reader.text("hash");
  token.name = reader.text("name");
  const auto role = role_of(reader.text("role"));
  if (!role) reader.fail("role", "a role");
  token.role = role.value_or(Role::kNone);
  token.prefixes = read_prefixes(value.get_object(), reader);
  const auto created = read_time(reader, "created");
  if (!created) reader.fail("created", "a time");
  token.created = created.value_or(WallTime{});
  token.expires = read_time(reader, "expires");
  token.revoked = read_time(reader, "revoked");
  if (!problem.empty()) return Error(ErrorCode::kCorrupt, "a stored token: " + problem);
  if (const auto sound = check_token(token); !sound.ok())
    return Error(ErrorCode::kCorrupt, "a stored token: " + sound.error().message());
  return token;
}

}  // namespace scalper
