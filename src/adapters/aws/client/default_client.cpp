#include "adapters/aws/client/default_client.h"

#include <charconv>

#include "adapters/aws/client/credentials/default_credentials.h"
#include "adapters/aws/client/curl_transport.h"
#include "adapters/aws/client/embedded_roots.h"
#include "adapters/aws/client/shared_profiles.h"

namespace scalper::aws {
namespace {

constexpr int kMostTries = 10;

std::string first_of(const Environment& environment, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (std::string value = environment(name); !value.empty()) return value;
  return {};
}

Result<int> tries_of(const std::string& text) {
  if (text.empty()) return RetryRules{}.tries;
  int tries = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), tries);
  if (failed != std::errc() || end != text.data() + text.size() || tries < 1 || tries > kMostTries)
    return Error(ErrorCode::kInvalidArgument, "AWS_MAX_ATTEMPTS or max_attempts is no number from 1 to 10");
  return tries;
}

}  // namespace

Result<std::unique_ptr<HttpAwsClient>> make_aws_client(const Environment& environment, Clock& clock,
                                                       Telemetry& telemetry) {
  SCALPER_TRY_ASSIGN(const ProfileFiles files, read_profile_files(environment));
  const std::string profile = chosen_profile(environment);
  CurlTransportOptions options;
  const auto set = [&](std::string_view variable, std::string_view name) {
    std::string value = environment(variable);
    const auto found = files.profiles.find(profile);
    return value.empty() && found != files.profiles.end() ? setting(found->second, name) : value;
  };
  options.trust.bundle = set("AWS_CA_BUNDLE", "ca_bundle");
  options.trust.embedded = embedded_roots();
  options.https_proxy = first_of(environment, {"HTTPS_PROXY", "https_proxy"});
  options.http_proxy = environment("http_proxy");
  options.no_proxy = first_of(environment, {"NO_PROXY", "no_proxy"});
  HttpAwsClientParts parts;
  SCALPER_TRY_ASSIGN(parts.retries.tries, tries_of(set("AWS_MAX_ATTEMPTS", "max_attempts")));
  SCALPER_TRY_ASSIGN(parts.endpoints, endpoint_settings(environment, files, profile));
  parts.transport = std::make_shared<CurlTransport>(clock, options);
  parts.credentials = default_credentials({environment, *parts.transport, clock});
  return std::make_unique<HttpAwsClient>(std::move(parts), clock, telemetry);
}

}  // namespace scalper::aws
