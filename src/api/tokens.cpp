// Access tokens: who may call. The text of one is in the answer that made it and nowhere else.

#include "ports/tokens.h"

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/json_body.h"
#include "api/routes.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

Error bad(const char* why) { return {ErrorCode::kInvalidArgument, why}; }

Result<Tokens*> tokens_of(const Call& call) {
  if (call.service.tokens == nullptr) return Error(ErrorCode::kUnsupported, "this gate keeps no access tokens");
  return call.service.tokens;
}

const char* state_of(const AccessToken& token, WallTime now) {
  if (token.revoked) return "revoked";
  return is_in_force(token, now) ? "in_force" : "expired";
}

json::object token_view(const AccessToken& token, WallTime now) {
  json::object view{{"id", token_id(token)},
                    {"name", token.name},
                    {"role", to_string(token.role)},
                    {"state", state_of(token, now)},
                    {"created", format_rfc3339(token.created)}};
  if (token.role == Role::kUploader) view["prefixes"] = json::array(token.prefixes.begin(), token.prefixes.end());
  if (token.expires) view["expires"] = format_rfc3339(*token.expires);
  if (token.revoked) view["revoked"] = format_rfc3339(*token.revoked);
  return view;
}

Result<std::vector<std::string>> prefixes_in(const json::object& body) {
  std::vector<std::string> prefixes;
  const json::value* const given = body.if_contains("prefixes");
  if (given == nullptr) return prefixes;
  if (!given->is_array()) return bad("the member \"prefixes\" must be an array of strings");
  if (given->get_array().empty())
    return bad("the member \"prefixes\" must name at least one prefix; leave it out for all keys");
  for (const json::value& prefix : given->get_array()) {
    if (!prefix.is_string()) return bad("the member \"prefixes\" must be an array of strings");
    prefixes.emplace_back(prefix.get_string());
  }
  return prefixes;
}

Result<AccessToken> asked_for(const Call& call, const std::string& text) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"name", "role", "prefixes", "expires"}));
  AccessToken token;
  token.hash = token_hash(text);
  token.created = call.gate().clock.wall_now();
  SCALPER_TRY_ASSIGN(token.name, text_member(body, "name"));
  SCALPER_TRY_ASSIGN(const std::string role, text_member(body, "role"));
  token.role = role_of(role).value_or(Role::kNone);
  SCALPER_TRY_ASSIGN(token.prefixes, prefixes_in(body));
  if (body.contains("expires")) {
    SCALPER_TRY_ASSIGN(const std::string said, text_member(body, "expires"));
    token.expires = parse_rfc3339(said);
    if (!token.expires) return bad("the member \"expires\" must be a time such as 2027-01-31T00:00:00Z");
    if (*token.expires <= token.created) return bad("the member \"expires\" is a time that has passed");
  }
  SCALPER_TRY(check_token(token));
  return token;
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY_ASSIGN(Tokens* const tokens, tokens_of(call));
  SCALPER_TRY_ASSIGN(const auto all, tokens->list(call.context));
  const WallTime now = call.gate().clock.wall_now();
  json::array views;
  for (const AccessToken& token : all) views.push_back(token_view(token, now));
  return json_reply(json::serialize(json::object{{"tokens", std::move(views)}}));
}

Result<Reply> added(const Call& call) {
  SCALPER_TRY_ASSIGN(Tokens* const tokens, tokens_of(call));
  SCALPER_TRY_ASSIGN(const std::string text, new_token_text());
  SCALPER_TRY_ASSIGN(const AccessToken token, asked_for(call, text));
  return audited(call, {"token.add", token.hash.substr(0, kTokenIdLength), token.name}, [&]() -> Result<Reply> {
    SCALPER_TRY(tokens->add(call.context, token));
    json::object view = token_view(token, token.created);
    view["token"] = text;
    return json_reply(json::serialize(view), 201);
  });
}

// The one whose hash begins so.
Result<AccessToken> meant(const Call& call, Tokens& tokens, const std::string& said) {
  if (is_token_hash(said)) {
    SCALPER_TRY_ASSIGN(auto found, tokens.find(call.context, said));
    if (found) return *std::move(found);
  } else if (said.size() >= kTokenIdLength / 2) {
    SCALPER_TRY_ASSIGN(const auto all, tokens.list(call.context));
    const AccessToken* found = nullptr;
    for (const AccessToken& token : all) {
      if (!token.hash.starts_with(said)) continue;
      if (found != nullptr) return bad("several tokens begin so; write more of the id");
      found = &token;
    }
    if (found != nullptr) return *found;
  }
  return Error(ErrorCode::kNotFound,
               "there is no such token; 'scalper token list' (GET /v1/admin/tokens) tells their ids");
}

Result<Reply> revoked(const Call& call) {
  SCALPER_TRY_ASSIGN(Tokens* const tokens, tokens_of(call));
  // Never said back: somebody may have put the token itself there.
  SCALPER_TRY_ASSIGN(AccessToken token, meant(call, *tokens, call.captured.at(0)));
  const WallTime now = call.gate().clock.wall_now();
  return audited(call, {"token.revoke", token.hash.substr(0, kTokenIdLength), token.name}, [&]() -> Result<Reply> {
    SCALPER_TRY(tokens->revoke(call.context, token.hash, now));
    if (!token.revoked) token.revoked = now;
    return json_reply(json::serialize(token_view(token, now)));
  });
}

}  // namespace

Reply list_tokens(const Call& call) { return reply_of(listed(call)); }
Reply add_token(const Call& call) { return reply_of(added(call)); }
Reply revoke_token(const Call& call) { return reply_of(revoked(call)); }

}  // namespace scalper::api
