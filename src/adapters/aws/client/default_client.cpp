#include "adapters/aws/client/default_client.h"

#include "adapters/aws/client/credentials/default_credentials.h"
#include "adapters/aws/client/curl_transport.h"
#include "adapters/aws/client/embedded_roots.h"
#include "adapters/aws/client/shared_profiles.h"

namespace scalper::aws {
namespace {

std::string first_of(const Environment& environment, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (std::string value = environment(name); !value.empty()) return value;
  return {};
}

}  // namespace

Result<std::unique_ptr<HttpAwsClient>> make_aws_client(const Environment& environment, Clock& clock,
                                                       Telemetry& telemetry) {
  SCALPER_TRY_ASSIGN(const ProfileFiles files, read_profile_files(environment));
  const std::string profile = chosen_profile(environment);
  CurlTransportOptions options;
  options.trust.bundle = environment("AWS_CA_BUNDLE");
  if (const auto found = files.profiles.find(profile); options.trust.bundle.empty() && found != files.profiles.end())
    options.trust.bundle = setting(found->second, "ca_bundle");
  options.trust.embedded = embedded_roots();
  options.https_proxy = first_of(environment, {"HTTPS_PROXY", "https_proxy"});
  options.http_proxy = environment("http_proxy");
  options.no_proxy = first_of(environment, {"NO_PROXY", "no_proxy"});
  HttpAwsClientParts parts;
  SCALPER_TRY_ASSIGN(parts.endpoints, endpoint_settings(environment, files, profile));
  parts.transport = std::make_shared<CurlTransport>(clock, options);
  parts.credentials = default_credentials({environment, *parts.transport, clock});
  return std::make_unique<HttpAwsClient>(std::move(parts), clock, telemetry);
}

}  // namespace scalper::aws
