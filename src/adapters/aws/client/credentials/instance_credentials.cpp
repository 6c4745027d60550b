#include "adapters/aws/client/credentials/instance_credentials.h"

#include "adapters/aws/client/credentials/given.h"
#include "adapters/aws/client/http_url.h"
#include "adapters/aws/client/text.h"
#include "adapters/aws/client/uri_encoding.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kSource = "the instance";
// A token that is asked for in vain costs each start on a machine that is no instance: once, and briefly.
constexpr Asking kOnce{kSource, Millis{1000}, 2, false};
constexpr Asking kAgain{kSource, Millis{1000}, 3, true};

}  // namespace

Result<std::string> InstanceCredentials::endpoint() const {
  const std::string named = parts_.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (named.empty()) {
    const bool ipv6 = lower(parts_.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")) == "ipv6";
    return std::string(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  }
  Result<HttpUrl> url = parse_http_url(named);
  if (!url.ok()) return url.error().within("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  url->query.clear();
  while (url->path.ends_with('/')) url->path.pop_back();
  return url->text();
}

Result<std::string> InstanceCredentials::token(const CallContext& context, const std::string& endpoint) {
  HttpRequest request;
  request.method = "PUT";
  request.url = endpoint + "/latest/api/token";
  request.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds", "21600");
  int status = 0;
  Result<std::string> token = ask(parts_, context, std::move(request), answered_ ? kAgain : kOnce, &status);
  if (token.ok()) {
    answered_ = true;
    if (!is_visible_ascii(trimmed(*token))) return Error(ErrorCode::kCorrupt, "the instance's token cannot be one");
    return std::string(trimmed(*token));
  }
  const bool nobody = status == 0 && !answered_ && token.error().code() != ErrorCode::kCancelled &&
                      parts_.clock.mono_now() < context.deadline;
  if (nobody) return Error(ErrorCode::kNotFound, "no instance metadata service answers");
  return token;
}

Result<std::string> InstanceCredentials::read(const CallContext& context, const std::string& url,
                                              const std::string& token, int& status) const {
  HttpRequest request;
  request.url = url;
  request.headers.emplace_back("x-aws-ec2-metadata-token", token);
  return ask(parts_, context, std::move(request), kAgain, &status);
}

Result<Credentials> InstanceCredentials::get(const CallContext& context) {
  if (is_on(parts_.environment("AWS_EC2_METADATA_DISABLED")))
    return Error(ErrorCode::kNotFound, "AWS_EC2_METADATA_DISABLED is true");
  SCALPER_TRY_ASSIGN(const std::string base, endpoint());
  SCALPER_TRY_ASSIGN(const std::string key, token(context, base));
  const std::string roles = base + "/latest/meta-data/iam/security-credentials/";
  int status = 0;
  Result<std::string> list = read(context, roles, key, status);
  if (status == 404) return Error(ErrorCode::kNotFound, "this instance has no role");
  if (!list.ok()) return list.error();
  const std::string role(trimmed(list->substr(0, list->find('\n'))));
  if (role.empty()) return Error(ErrorCode::kNotFound, "this instance has no role");
  if (!is_visible_ascii(role)) return Error(ErrorCode::kCorrupt, "the instance's role has no name");
  SCALPER_TRY_ASSIGN(const std::string body, read(context, roles + percent_encode(role), key, status));
  const std::string code = member_of(body, "Code");
  if (!code.empty() && code != "Success")
    return Error(ErrorCode::kUnavailable, "the instance has no credentials: " + escape_text(code));
  return credentials_of(body, {}, kSource);
}

}  // namespace scalper::aws
