#include <gtest/gtest.h>

#include <thread>

#include "adapters/aws/client/curl_transport.h"
#include "support/aws_client_world.h"
#include "support/raw_server.h"

namespace scalper::aws {
namespace {

// Answers /N with N, and nothing at all to /hang.
void echo(RawPeer& peer) {
  for (std::string head = peer.head(); !head.empty(); head = peer.head()) {
    const std::string target = head.substr(4, head.find(' ', 4) - 4);
    if (target == "/hang") return peer.wait_for_close();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(target.size()) + "\r\n\r\n" + target);
  }
}

Result<std::string> ask(CurlTransport& transport, const CallContext& context, const std::string& url, bool streamed) {
  HttpRequest request;
  request.url = url;
  if (!streamed) {
    SCALPER_TRY_ASSIGN(AwsResponse answer, transport.send(context, request));
    return std::move(answer.body);
  }
  SCALPER_TRY_ASSIGN(const AwsStream stream, transport.open(context, request));
  return drain(context, *stream.body);
}

TEST(CurlTransportThreads, AskTogetherOverBoundedConnections) {
  constexpr int kThreads = 6;
  constexpr int kCalls = 40;
  const TestAuthority authority;
  RawServer plain(echo);
  RawServer secure(echo, authority.server());
  FakeClock clock;
  CurlTransportOptions options;
  options.trust.embedded = authority.root_pem();
  options.kept = 4;
  CurlTransport transport(clock, options);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        const std::string target = "/" + std::to_string(t) + "." + std::to_string(i);
        const auto answer = ask(transport, {}, (i % 4 == 0 ? secure : plain).url(target), i % 2 == 0);
        EXPECT_TRUE(answer.ok()) << answer.error().message();
        EXPECT_TRUE(!answer.ok() || *answer == target);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(plain.connections(), kThreads * kCalls);
}

TEST(CurlTransportThreads, AreStoppedFromOutside) {
  RawServer server(echo);
  FakeClock clock;
  CurlTransport transport(clock);
  for (int round = 0; round < 10; ++round) {
    std::stop_source stop;
    CallContext context;
    context.stop = stop.get_token();
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        const auto answer = ask(transport, context, server.url("/hang"), t == 0);
        EXPECT_TRUE(answer.failed_with(ErrorCode::kCancelled));
      });
    stop.request_stop();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(HttpAwsClientThreads, ShareClockBudgetAndTrace) {
  const TestAuthority authority;
  // Every first request of a connection is refused for its time.
  RawServer server([](RawPeer& peer) {
    for (int i = 0; !peer.head().empty(); ++i)
      peer.send(i == 0 ? "HTTP/1.1 403 F\r\nDate: Sun, 22 Nov 2026 07:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
                       : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  FakeClock clock;
  MemoryTelemetry telemetry;
  HttpAwsClientParts parts;
  parts.transport = std::make_shared<CurlTransport>(clock);
  parts.credentials = std::make_shared<CountingCredentials>();
  parts.endpoints.region = "eu-central-1";
  parts.endpoints.urls[""] = server.url("");
  HttpAwsClient client(parts, clock, telemetry);
  std::vector<std::thread> threads;
  std::atomic<int> well = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        AwsRequest request;
        request.service = "s3";
        request.method = "GET";
        request.bucket = "bucket";
        client.set_trace("Root=1-" + std::to_string(t));
        well += client.call({}, request).ok() ? 1 : 0;
        (void)client.presign({}, request, std::chrono::minutes{1});
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(well, 70) << "only a connection that is new when the clock is right already fails";
}

}  // namespace
}  // namespace scalper::aws
