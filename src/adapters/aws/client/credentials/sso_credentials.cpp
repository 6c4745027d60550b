#include "adapters/aws/client/credentials/sso_credentials.h"

#include "adapters/aws/client/credentials/given.h"
#include "adapters/aws/client/endpoint.h"
#include "adapters/aws/client/shared_profiles.h"
#include "adapters/aws/client/small_file.h"
#include "adapters/aws/client/text.h"
#include "adapters/aws/client/uri_encoding.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "digest/old_hash.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kSource = "IAM Identity Center";
constexpr std::size_t kLargestCache = 256 << 10;

struct Session {
  std::string cached_as;  // what names the token's file
  std::string region;
};

Error invalid(const std::string& why) { return {ErrorCode::kInvalidArgument, "profile with sso: " + why}; }

Error log_in(const char* why) {
  return {ErrorCode::kPermissionDenied, std::string("IAM Identity Center: ") + why + ": run `aws sso login`"};
}

Result<Session> session_of(const ProfileFiles& files, const Settings& profile) {
  const std::string name = setting(profile, "sso_session");
  if (name.empty()) return Session{setting(profile, "sso_start_url"), setting(profile, "sso_region")};
  const auto found = files.sso_sessions.find(name);
  if (found == files.sso_sessions.end()) return invalid("there is no sso-session " + escape_text(name));
  return Session{name, setting(found->second, "sso_region")};
}

// Older tools wrote "...UTC" for "...Z".
std::optional<WallTime> time_of(std::string text) {
  if (text.ends_with("UTC")) text.replace(text.size() - 3, 3, "Z");
  return parse_rfc3339(text);
}

Result<std::string> cached_token(const SourceParts& parts, const std::string& cached_as) {
  SCALPER_TRY_ASSIGN(OldHash hash, OldHash::make(OldHashKind::kSha1));
  hash.update(as_bytes(cached_as));
  const std::string path = aws_folder(parts.environment) + "/sso/cache/" + hash.finish() + ".json";
  const Result<std::string> text = read_small_file(path, kLargestCache);
  if (text.failed_with(ErrorCode::kNotFound)) return log_in("there is no token");
  if (!text.ok()) return text.error();
  std::string token = member_of(*text, "accessToken");
  const std::optional<WallTime> expires = time_of(member_of(*text, "expiresAt"));
  if (!is_visible_ascii(token) || !expires) return log_in("the cached token cannot be read");
  if (*expires <= parts.clock.wall_now()) return log_in("the token has ended");
  return token;
}

}  // namespace

bool is_sso(const Settings& profile) {
  return profile.contains("sso_session") || profile.contains("sso_start_url") || profile.contains("sso_account_id");
}

Result<Credentials> sso_credentials(const SourceParts& parts, const CallContext& context, const ProfileFiles& files,
                                    const Settings& profile) {
  SCALPER_TRY_ASSIGN(const Session session, session_of(files, profile));
  const std::string account = setting(profile, "sso_account_id");
  const std::string role = setting(profile, "sso_role_name");
  for (const auto& [name, value] :
       {std::pair("sso_account_id", &account), std::pair("sso_role_name", &role),
        std::pair("sso_region", &session.region), std::pair("sso_start_url", &session.cached_as)})
    if (value->empty()) return invalid(std::string(name) + " is missing");
  SCALPER_TRY_ASSIGN(const std::string host, regional_host(session.region, "portal.sso"));
  HttpRequest request;
  request.url =
      "https://" + host + "/federation/credentials?" + encode_query({{"account_id", account}, {"role_name", role}});
  SCALPER_TRY_ASSIGN(std::string token, cached_token(parts, session.cached_as));
  request.headers.emplace_back("x-amz-sso_bearer_token", std::move(token));
  int status = 0;
  const Result<std::string> body = ask(parts, context, std::move(request), {kSource, Millis{10'000}, 3, true}, &status);
  if (status == 401) return log_in("the token is refused");
  if (!body.ok()) return body.error();
  return credentials_of(*body, {"roleCredentials", "accessKeyId", "secretAccessKey", "sessionToken", "expiration"},
                        kSource);
}

}  // namespace scalper::aws
