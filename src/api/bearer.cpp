#include "api/bearer.h"

#include "api/problem.h"
#include "base/escape.h"

namespace scalper::api {
namespace {

constexpr std::string_view kScheme = "bearer";
constexpr std::size_t kShownName = 200;

bool begins_with_scheme(std::string_view text) {
  if (text.size() <= kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return false;
  }
  return text[kScheme.size()] == ' ';
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  if (!begins_with_scheme(authorization)) return std::nullopt;
  std::string_view token = authorization.substr(kScheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  if (!is_token_text(token)) return std::nullopt;
  return token;
}

Caller caller_of(const AccessToken& token) {
  return {token.role, "token " + token_id(token) + " (" + escape_text(token.name, kShownName) + ")", token.prefixes};
}

Result<std::optional<Caller>> find_caller(Tokens& tokens, const CallContext& context, std::string_view token,
                                          WallTime now) {
  SCALPER_TRY_ASSIGN(const auto found, tokens.find(context, token_hash(token)));
  if (!found || !is_in_force(*found, now)) return std::optional<Caller>{};
  return std::optional(caller_of(*found));
}

Reply not_known(bool shown) {
  Reply reply =
      shown ? problem(401, "invalid_token", "the credential is none of this gate, or not in force any more")
            : problem(401, "not_known", "nobody has said who calls; without an access token only /v1/health is open");
  std::get<Complete>(reply).headers.emplace_back(
      "WWW-Authenticate", shown ? R"(Bearer realm="scalper", error="invalid_token")" : R"(Bearer realm="scalper")");
  return reply;
}

}  // namespace scalper::api
