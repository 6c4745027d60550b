#include <gtest/gtest.h>

#include <fstream>

#include "adapters/aws/client/curl_transport.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"
#include "support/temp_dir.h"

namespace scalper::aws {
namespace {

void answer_all(RawPeer& peer) {
  while (!peer.head().empty()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

Result<AwsResponse> ask(const RawServer& server, const Trust& trust, bool by_name = false) {
  FakeClock clock;
  CurlTransportOptions options;
  options.trust = trust;
  CurlTransport transport(clock, options);
  HttpRequest request;
  request.url = by_name ? "https://localhost:" + std::to_string(server.port()) + "/" : server.url("/");
  return transport.send({}, request);
}

TEST(CurlTls, TrustsWhomItIsTold) {
  const TestAuthority ours, another;
  RawServer server(answer_all, ours.server());
  const TempDir folder;
  const std::string bundle = (folder.path() / "roots.pem").string();
  std::ofstream(bundle) << "# a comment, then two authorities\n" << another.root_pem() << ours.root_pem();
  const std::string wrong = (folder.path() / "wrong.pem").string();
  std::ofstream(wrong) << another.root_pem();

  EXPECT_TRUE(ask(server, {bundle, {}}).ok());
  EXPECT_TRUE(ask(server, {bundle, {}}, true).ok());
  EXPECT_TRUE(ask(server, {{}, ours.root_pem()}).ok());
  EXPECT_TRUE(ask(server, {bundle, another.root_pem()}).ok()) << "the file that is named goes before";
  for (const Trust& trust : {Trust{}, Trust{wrong, {}}, Trust{{}, another.root_pem()}, Trust{wrong, ours.root_pem()}}) {
    const auto answer = ask(server, trust);
    ASSERT_TRUE(answer.failed_with(ErrorCode::kUnavailable));
    EXPECT_NE(answer.error().message().find("certificate"), std::string::npos) << answer.error().message();
  }
}

TEST(CurlTls, RefusesAnotherName) {
  const TestAuthority authority;
  RawServer server(answer_all, authority.server("s3.eu-central-1.amazonaws.com"));
  EXPECT_TRUE(ask(server, {{}, authority.root_pem()}).failed_with(ErrorCode::kUnavailable));
  EXPECT_TRUE(ask(server, {{}, authority.root_pem()}, true).failed_with(ErrorCode::kUnavailable));
}

TEST(CurlTls, SaysWhatIsWrongWithABundle) {
  const TestAuthority authority;
  RawServer server(answer_all, authority.server());
  const TempDir folder;
  const std::string empty = (folder.path() / "empty.pem").string();
  std::ofstream(empty) << "no certificate\n";
  for (const std::string& bundle : {empty, (folder.path() / "absent.pem").string()}) {
    const auto answer = ask(server, {bundle, authority.root_pem()});
    ASSERT_TRUE(answer.failed_with(ErrorCode::kInvalidArgument)) << bundle;
    EXPECT_NE(answer.error().message().find(bundle), std::string::npos) << answer.error().message();
  }
  EXPECT_TRUE(ask(server, {{}, "nonsense"}).failed_with(ErrorCode::kInvalidArgument));
}

TEST(CurlTls, KeepsConnections) {
  const TestAuthority authority;
  RawServer server(answer_all, authority.server());
  FakeClock clock;
  CurlTransportOptions options;
  options.trust.embedded = authority.root_pem();
  CurlTransport transport(clock, options);
  HttpRequest request;
  request.url = server.url("/");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport.send({}, request).ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTls, TakesACutForNoEnd) {
  const TestAuthority authority;
  for (const bool orderly : {true, false}) {
    RawServer server(
        [&](RawPeer& peer) {
          (void)peer.head();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot all");
          if (!orderly) peer.leave();
        },
        authority.server());
    EXPECT_TRUE(ask(server, {{}, authority.root_pem()}).failed_with(ErrorCode::kCorrupt)) << orderly;
  }
}

}  // namespace
}  // namespace scalper::aws
