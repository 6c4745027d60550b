#include "adapters/aws/client/credentials/container_credentials.h"

#include <algorithm>

#include "adapters/aws/client/credentials/given.h"
#include "adapters/aws/client/http_url.h"
#include "adapters/aws/client/small_file.h"
#include "adapters/aws/client/text.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kSource = "the container";
constexpr std::size_t kLongestToken = 64 << 10;

bool may_hear_the_token(const HttpUrl& url) {
  return url.scheme == "https" || url.is_loopback() || url.host == "169.254.170.2" || url.host == "169.254.170.23" ||
         url.host == "[fd00:ec2::23]";
}

}  // namespace

Result<std::string> ContainerCredentials::url() const {
  const std::string relative = parts_.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string full = parts_.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty())
    return Error(ErrorCode::kNotFound, "no endpoint for credentials of a container");
  if (!relative.empty() && relative.front() != '/')
    return Error(ErrorCode::kInvalidArgument, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'");
  const Result<HttpUrl> url = parse_http_url(relative.empty() ? full : "http://169.254.170.2" + relative);
  if (!url.ok()) return url.error().within("the endpoint for credentials of a container");
  if (!may_hear_the_token(*url))
    return Error(ErrorCode::kInvalidArgument,
                 "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine or its platform");
  return url->text();
}

Result<std::string> ContainerCredentials::token() const {
  const std::string path = parts_.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  std::string token = parts_.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (!path.empty()) {
    Result<std::string> text = read_small_file(path, kLongestToken);
    // Not there is no reason to ask the next source: this one was chosen.
    if (!text.ok()) return Error(ErrorCode::kPermissionDenied, text.error().message()).within("the container's token");
    token = std::move(*text);
  }
  token = trimmed(token);
  if (std::any_of(token.begin(), token.end(), [](char c) { return c < 0x20 || c == 0x7F; }))
    return Error(ErrorCode::kInvalidArgument, "the container's token for credentials cannot be a header");
  return token;
}

Result<Credentials> ContainerCredentials::get(const CallContext& context) {
  HttpRequest request;
  SCALPER_TRY_ASSIGN(request.url, url());
  SCALPER_TRY_ASSIGN(std::string authorization, token());
  request.headers.emplace_back("accept", "application/json");
  if (!authorization.empty()) request.headers.emplace_back("authorization", std::move(authorization));
  SCALPER_TRY_ASSIGN(const std::string body, ask(parts_, context, std::move(request), {kSource}));
  return credentials_of(body, {}, kSource);
}

}  // namespace scalper::aws
