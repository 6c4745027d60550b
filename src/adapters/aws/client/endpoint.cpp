#include "adapters/aws/client/endpoint.h"

#include <algorithm>
#include <array>

#include "adapters/aws/client/http_url.h"
#include "adapters/aws/client/text.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

struct Regions {
  std::string_view prefix;
  Partition partition;
};

// The longer prefixes first where one begins another.
constexpr std::array<Regions, 7> kRegions{{
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", ""}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", ""}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
}};
constexpr Partition kCommercial{"aws", "amazonaws.com", "api.aws"};

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

// What S3 has ever allowed, and stores beside AWS allow.
bool is_bucket_name(std::string_view text) {
  const auto fits = [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 255 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), fits);
}

// The services' words in variables and `services` sections, where they are not those of the endpoint.
std::string_view id_of(std::string_view service) {
  if (service == "events") return "eventbridge";
  return service == "monitoring" ? "cloudwatch" : service;
}

constexpr std::array<std::string_view, 8> kServices{"s3",  "dynamodb",   "sqs",    "sns",
                                                    "sts", "monitoring", "events", "lambda"};

std::string first_of(std::initializer_list<std::string> values) {
  for (const std::string& value : values)
    if (!value.empty()) return value;
  return {};
}

void read_urls(const Environment& environment, const Settings& profile, const Settings& services,
               EndpointSettings& into) {
  const std::string for_all = environment("AWS_ENDPOINT_URL");
  for (const std::string_view service : kServices) {
    const std::string id(id_of(service));
    const std::string url = first_of({environment("AWS_ENDPOINT_URL_" + upper(id)), for_all,
                                      setting(services, id + ".endpoint_url"), setting(profile, "endpoint_url")});
    if (!url.empty()) into.urls.emplace(service, url);
  }
  const std::string others = first_of({for_all, setting(profile, "endpoint_url")});
  if (!others.empty()) into.urls.emplace("", others);
}

const Settings& section(const Sections& sections, std::string_view name) {
  static const Settings none;
  const auto found = sections.find(name);
  return found == sections.end() ? none : found->second;
}

Result<std::string> own_host(const EndpointSettings& settings, std::string_view service) {
  const Partition& partition = partition_of(settings.region);
  const bool s3 = service == "s3";
  const bool gov = partition.name == "aws-us-gov";
  std::string host(service);
  if (settings.fips) {
    if (s3 && partition.name == "aws-cn")
      return Error(ErrorCode::kUnsupported, "S3 has no FIPS endpoints in the partition aws-cn");
    // The plain endpoints of GovCloud are FIPS endpoints.
    const bool plain = gov && !s3 && (!settings.dual_stack || service == "monitoring");
    if (!plain) host += "-fips";
  }
  std::string_view suffix = partition.dns_suffix;
  if (settings.dual_stack) {
    if (partition.dual_stack_suffix.empty())
      return Error(ErrorCode::kUnsupported,
                   "there are no dual-stack endpoints in the partition " + std::string(partition.name));
    if (s3)
      host += ".dualstack";
    else
      suffix = partition.dual_stack_suffix;
  }
  return host.append(".").append(settings.region).append(".").append(suffix);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// The raw bytes of an encoded path; what is no escape stays as it is.
std::string raw_path(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int high = path[i] == '%' && i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(path[i + 2]) : -1;
    out += low < 0 ? path[i] : static_cast<char>(high * 16 + low);
    if (low >= 0) i += 2;
  }
  return out;
}

// Of the endpoint to use instead of AWS's own; null where there is none.
const std::string* other_url(const EndpointSettings& settings, std::string_view service) {
  auto found = settings.urls.find(service);
  if (found == settings.urls.end()) found = settings.urls.find("");
  return found == settings.urls.end() ? nullptr : &found->second;
}

Result<HttpUrl> endpoint_of(const EndpointSettings& settings, std::string_view service) {
  const std::string* const other = other_url(settings, service);
  if (other == nullptr) {
    HttpUrl own;
    own.scheme = "https";
    SCALPER_TRY_ASSIGN(own.host, own_host(settings, service));
    return own;
  }
  Result<HttpUrl> url = parse_http_url(*other);
  if (!url.ok()) return url.error().within("endpoint of " + std::string(service));
  if (!url->query.empty()) return Error(ErrorCode::kInvalidArgument, "an endpoint's URL has no query");
  while (url->path.ends_with('/')) url->path.pop_back();
  return url;
}

}  // namespace

const Partition& partition_of(std::string_view region) {
  for (const Regions& regions : kRegions)
    if (region.starts_with(regions.prefix)) return regions.partition;
  return kCommercial;
}

Result<EndpointSettings> endpoint_settings(const Environment& environment, const ProfileFiles& files,
                                           std::string_view profile_name) {
  const Settings& profile = section(files.profiles, profile_name);
  EndpointSettings settings;
  settings.region =
      first_of({environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), setting(profile, "region")});
  if (settings.region.empty())
    return Error(ErrorCode::kInvalidArgument, "no AWS region: set AWS_REGION, or region in the profile");
  SCALPER_TRY(regional_host(settings.region, ""));
  if (!is_on(first_of(
          {environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), setting(profile, "ignore_configured_endpoint_urls")})))
    read_urls(environment, profile, section(files.services, setting(profile, "services")), settings);
  settings.path_style = setting(profile, "s3.addressing_style") == "path";
  settings.fips = is_on(first_of({environment("AWS_USE_FIPS_ENDPOINT"), setting(profile, "use_fips_endpoint")}));
  settings.dual_stack =
      is_on(first_of({environment("AWS_USE_DUALSTACK_ENDPOINT"), setting(profile, "use_dualstack_endpoint")}));
  return settings;
}

bool is_at_aws(const EndpointSettings& settings, std::string_view service) {
  return other_url(settings, service) == nullptr;
}

Result<Target> target_of(const EndpointSettings& settings, std::string_view service, std::string_view bucket,
                         std::string_view path) {
  if (!path.starts_with('/')) return Error(ErrorCode::kInvalidArgument, "the path of a request begins with '/'");
  if (!is_host_label(service)) return Error(ErrorCode::kInvalidArgument, "no service: " + escape_text(service));
  SCALPER_TRY_ASSIGN(const HttpUrl url, endpoint_of(settings, service));
  Target target{url.scheme, url.authority(), raw_path(url.path)};
  if (!bucket.empty()) {
    if (!is_bucket_name(bucket)) return Error(ErrorCode::kInvalidArgument, "no bucket: " + escape_text(bucket));
    const bool as_host =
        !settings.path_style && !url.is_address_or_localhost() && bucket.size() >= 3 && is_host_label(bucket);
    if (as_host)
      target.host = std::string(bucket) + "." + target.host;
    else
      target.path.append("/").append(bucket);
  }
  target.path += path;
  return target;
}

Result<std::string> regional_host(std::string_view region, std::string_view prefix) {
  if (!is_host_label(region)) return Error(ErrorCode::kInvalidArgument, "no AWS region: " + escape_text(region));
  return std::string(prefix).append(".").append(region).append(".").append(partition_of(region).dns_suffix);
}

}  // namespace scalper::aws
