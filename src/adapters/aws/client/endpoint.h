#pragma once
// Where a service is: regions, partitions, endpoints, and the two ways to name a bucket.
// Sources: "Regions and endpoints", "Service-specific endpoints", "Dual-stack and FIPS endpoints" (AWS SDKs and tools
// reference guide); "Virtual hosting of buckets" (S3 user guide). Pure.

#include <map>
#include <string>
#include <string_view>

#include "adapters/aws/client/environment.h"
#include "adapters/aws/client/profile_file.h"
#include "base/result.h"

namespace scalper::aws {

struct Partition {
  std::string_view name;               // as in ARNs: "aws", "aws-cn", "aws-us-gov" ...
  std::string_view dns_suffix;         // "amazonaws.com"
  std::string_view dual_stack_suffix;  // "" where there are no such endpoints
};

// By the form of the region's name; what fits none counts as "aws".
[[nodiscard]] const Partition& partition_of(std::string_view region);

struct EndpointSettings {
  std::string region;
  // Endpoints to use instead of AWS's own: by service as in AwsRequest::service, "" for all services.
  std::map<std::string, std::string, std::less<>> urls;
  bool path_style = false;  // always https://host/bucket/key
  bool fips = false;
  bool dual_stack = false;
};

// Region: AWS_REGION, AWS_DEFAULT_REGION, the profile's. URLs: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the
// profile's `services` section, its endpoint_url; those of environment and profile are left alone where
// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or ignore_configured_endpoint_urls is true. `profile` is the chosen one's name.
// kInvalidArgument: no region, or one that cannot be part of a host name.
[[nodiscard]] Result<EndpointSettings> endpoint_settings(const Environment& environment, const ProfileFiles& files,
                                                         std::string_view profile);

// No other endpoint is set for the service than AWS's own, whose behaviour its reference states.
[[nodiscard]] bool is_at_aws(const EndpointSettings& settings, std::string_view service);

struct Target {
  std::string scheme;  // "https", or "http" where the endpoint's URL says so
  std::string host;    // for the Host header and the signature: lower case, with the port where it is not the scheme's
  std::string path;    // raw bytes, begins with '/'; goes out through encode_path() of uri_encoding.h
};

// Where a request goes. `bucket` is of S3 only and becomes part of the host, or of the path where the endpoint's host
// is an address or localhost, where the bucket's name is no host label, or where it was asked for. kInvalidArgument: a
// bucket's name that cannot be one (also "." and ".."), a path without '/' in front, an endpoint URL that is none or
// has a query. kUnsupported: FIPS or dual-stack where the partition has none.
[[nodiscard]] Result<Target> target_of(const EndpointSettings& settings, std::string_view service,
                                       std::string_view bucket, std::string_view path);

// "portal.sso" in "us-east-1": portal.sso.us-east-1.amazonaws.com. kInvalidArgument: a region that cannot be part of a
// host name.
[[nodiscard]] Result<std::string> regional_host(std::string_view region, std::string_view prefix);

}  // namespace scalper::aws
