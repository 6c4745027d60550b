#pragma once
// The client that the product has, on an emulator that somebody started: see tests/aws/emulators.py.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "adapters/aws/client/credentials/environment_credentials.h"
#include "adapters/aws/client/curl_transport.h"
#include "adapters/aws/client/http_aws_client.h"
#include "adapters/local/system_clock.h"
#include "adapters/memory/memory_telemetry.h"

namespace scalper::aws {

class EmulatedAws {
 public:
  // `variable` holds the endpoint; where it is empty the test that asks fails: these run with emulators or not at all.
  explicit EmulatedAws(const char* variable = "SCALPER_TEST_AWS_ENDPOINT")
      : transport(std::make_shared<CurlTransport>(clock)), client(parts(variable), clock, telemetry) {}

  // What the client is made of, for another one on the same emulator.
  [[nodiscard]] HttpAwsClientParts parts(const char* variable) {
    HttpAwsClientParts parts;
    parts.transport = transport;
    parts.credentials = std::make_shared<EnvironmentCredentials>(from_environment);
    parts.endpoints.region = from_environment("AWS_REGION");
    parts.endpoints.urls[""] = from_environment(variable);
    parts.endpoints.path_style = true;
    EXPECT_FALSE(parts.endpoints.urls[""].empty()) << variable << " says where no emulator is";
    return parts;
  }

  SystemClock clock;
  MemoryTelemetry telemetry;
  std::shared_ptr<CurlTransport> transport;
  HttpAwsClient client;

 private:
  static std::string from_environment(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? "" : value;
  }
};

}  // namespace scalper::aws
