#pragma once

#include <memory>

#include "adapters/aws/client/environment.h"
#include "adapters/aws/client/http_aws_client.h"

namespace scalper::aws {

// The client that the environment and the shared files of the AWS tools describe: region and endpoints
// (endpoint_settings), credentials (default_credentials), AWS_MAX_ATTEMPTS or the profile's max_attempts (1 to 10; 4
// where neither says), AWS_CA_BUNDLE or the profile's ca_bundle, then the embedded
// roots, then the system's; HTTPS_PROXY and NO_PROXY in either case, http_proxy in lower case alone (a server's
// environment holds what a caller says in HTTP_PROXY). Makes no call. `clock` and `telemetry` are borrowed.
// kInvalidArgument: no region, an endpoint that is none, a shared file that cannot be understood.
[[nodiscard]] Result<std::unique_ptr<HttpAwsClient>> make_aws_client(const Environment& environment, Clock& clock,
                                                                     Telemetry& telemetry);

}  // namespace scalper::aws
