// The whole client as a user's environment describes it, against a server that answers like S3.
#include "adapters/aws/client/default_client.h"

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/memory/memory_telemetry.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"
#include "support/temp_dir.h"
#include "support/variables.h"

namespace scalper::aws {
namespace {

TEST(DefaultAwsClient, DoesWhatTheEnvironmentSays) {
  std::string asked;
  const TestAuthority authority;
  RawServer server(
      [&](RawPeer& peer) {
        asked = peer.head();
        if (!asked.empty()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
      },
      authority.server());
  const TempDir home;
  std::ofstream(home.path() / "roots.pem") << authority.root_pem();
  std::ofstream(home.path() / "config") << "[profile files]\nregion = eu-west-1\nca_bundle = "
                                        << (home.path() / "roots.pem").string() << "\n";
  std::ofstream(home.path() / "credentials") << "[files]\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n";
  FakeClock clock;
  MemoryTelemetry telemetry;
  auto client = make_aws_client(environment_of({{"AWS_PROFILE", "files"},
                                                {"AWS_CONFIG_FILE", (home.path() / "config").string()},
                                                {"AWS_SHARED_CREDENTIALS_FILE", (home.path() / "credentials").string()},
                                                {"AWS_ENDPOINT_URL_S3", server.url("")}}),
                                clock, telemetry);
  ASSERT_TRUE(client.ok()) << client.error().message();
  EXPECT_EQ((*client)->region(), "eu-west-1");
  AwsRequest request;
  request.service = "s3";
  request.method = "GET";
  request.bucket = "bucket-name";
  request.path = "/a b";
  const auto stream = (*client)->open({}, request);
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  EXPECT_EQ(*drain({}, *(*stream).body), "hello");
  EXPECT_TRUE(asked.starts_with("GET /bucket-name/a%20b HTTP/1.1\r\nHost: 127.0.0.1:")) << asked;
  EXPECT_NE(asked.find("Credential=AKID/20261122/eu-west-1/s3/aws4_request"), std::string::npos) << asked;
}

TEST(DefaultAwsClient, TriesAsOftenAsItIsTold) {
  std::atomic<int> asked = 0;
  RawServer server([&](RawPeer& peer) {
    while (!peer.head().empty() && ++asked > 0) peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  });
  FakeClock clock;
  MemoryTelemetry telemetry;
  for (const int tries : {1, 3, 4}) {
    auto client = make_aws_client(environment_of({{"AWS_REGION", "eu-west-1"},
                                                  {"AWS_ACCESS_KEY_ID", "AKID"},
                                                  {"AWS_SECRET_ACCESS_KEY", "SECRET"},
                                                  {"AWS_ENDPOINT_URL", server.url("")},
                                                  {"AWS_MAX_ATTEMPTS", tries == 4 ? "" : std::to_string(tries)}}),
                                  clock, telemetry);
    ASSERT_TRUE(client.ok()) << client.error().message();
    AwsRequest request;
    request.service = "sqs";
    asked = 0;
    EXPECT_TRUE((*client)->call({}, request).failed_with(ErrorCode::kUnavailable));
    EXPECT_EQ(asked, tries);
  }
}

TEST(DefaultAwsClient, RefusesWhatCannotBeMeant) {
  FakeClock clock;
  MemoryTelemetry telemetry;
  EXPECT_TRUE(make_aws_client(environment_of({}), clock, telemetry).failed_with(ErrorCode::kInvalidArgument))
      << "no region";
  for (const char* tries : {"0", "11", "-1", "many", "3x"})
    EXPECT_TRUE(
        make_aws_client(environment_of({{"AWS_REGION", "eu-west-1"}, {"AWS_MAX_ATTEMPTS", tries}}), clock, telemetry)
            .failed_with(ErrorCode::kInvalidArgument))
        << tries;
}

}  // namespace
}  // namespace scalper::aws
