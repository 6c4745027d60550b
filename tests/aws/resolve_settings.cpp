// Says which credentials, region and endpoints an environment leads to: what the tests compare with botocore. A JSON
// object a line, {"variable": "value"}; credentials come out in hexadecimal, since they are compared and never shown.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "adapters/aws/client/credentials/default_credentials.h"
#include "adapters/aws/client/curl_transport.h"
#include "adapters/aws/client/endpoint.h"
#include "adapters/aws/client/shared_profiles.h"
#include "adapters/local/system_clock.h"
#include "base/bytes.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

void add_credentials(const SourceParts& parts, json::object& out) {
  const auto given = default_credentials(parts)->get({});
  if (!given.ok()) {
    out["error"] = to_string(given.error().code());
    out["message"] = given.error().message();
    return;
  }
  out["access_key_id"] = to_hex(as_bytes(given->access_key_id));
  out["secret"] = to_hex(as_bytes(given->secret_access_key));
  out["token"] = to_hex(as_bytes(given->session_token));
  out["expires"] = given->expires.has_value();
}

void add_endpoints(const Environment& environment, json::object& out) {
  const auto files = read_profile_files(environment);
  if (!files.ok()) return;
  const auto settings = endpoint_settings(environment, *files, chosen_profile(environment));
  if (!settings.ok()) return;
  out["region"] = settings->region;
  json::object urls;
  for (const std::string_view service : {"s3", "dynamodb", "sqs", "sns", "sts", "monitoring"})
    if (const auto target = target_of(*settings, service, "", "/"); target.ok())
      urls[service] = target->scheme + "://" + target->host + target->path;
  out["endpoints"] = urls;
}

int answer_all() {
  SystemClock clock;
  CurlTransport transport(clock);
  for (std::string line; std::getline(std::cin, line);) {
    const json::object variables = json::parse(line).as_object();
    const Environment environment = [&](std::string_view name) {
      const json::value* const value = variables.if_contains(name);
      return value == nullptr ? std::string() : std::string(value->as_string());
    };
    json::object out;
    add_credentials({environment, transport, clock}, out);
    add_endpoints(environment, out);
    std::cout << json::serialize(out) << "\n" << std::flush;
  }
  return 0;
}

}  // namespace
}  // namespace scalper::aws

int main() { return scalper::aws::answer_all(); }
