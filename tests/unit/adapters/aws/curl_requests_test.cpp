// What goes out, and over which connection.
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>

#include "adapters/aws/client/curl_transport.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"

namespace scalper::aws {
namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::size_t length_in(const std::string& head) {
  const std::size_t field = head.find("Content-Length: ");
  return field == std::string::npos ? 0 : std::stoul(head.substr(field + 16));
}

// Answers every request with kOk and keeps what came.
class Recorder {
 public:
  Recorder()
      : server_([this](RawPeer& peer) {
          for (std::string head = peer.head(); !head.empty(); head = peer.head()) {
            const std::string whole = head + peer.body(length_in(head));
            {
              const std::lock_guard lock(mutex_);
              requests_.push_back(whole);
            }
            if (!peer.send(kOk)) return;
          }
        }) {}
  [[nodiscard]] std::string last() {
    const std::lock_guard lock(mutex_);
    return requests_.empty() ? "" : requests_.back();
  }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

 private:
  std::mutex mutex_;
  std::vector<std::string> requests_;

 public:
  RawServer server_;
};

TEST(CurlRequests, GoOutAsTheyAre) {
  struct Case {
    std::string method, target, body;
    Fields headers;
    std::string expected;  // @ stands for the host
  };
  const std::vector<Case> cases = {
      {"GET", "/", "", {}, "GET / HTTP/1.1\r\nHost: @\r\nAccept: */*\r\n\r\n"},
      {"GET",
       "/a/../b/./c//d%2Fe%20%C3%BC%25?x=%2B&y",
       "",
       {},
       "GET /a/../b/./c//d%2Fe%20%C3%BC%25?x=%2B&y HTTP/1.1\r\nHost: @\r\nAccept: */*\r\n\r\n"},
      {"GET",
       "/?list-type=2",
       "",
       {{"host", "bucket.s3"}, {"authorization", "AWS4 x=1, y"}},
       "GET /?list-type=2 HTTP/1.1\r\nHost: bucket.s3\r\nAccept: */*\r\nauthorization: AWS4 x=1, y\r\n\r\n"},
      {"DELETE", "/a", "", {{"x-empty", ""}}, "DELETE /a HTTP/1.1\r\nHost: @\r\nAccept: */*\r\nx-empty:\r\n\r\n"},
      {"POST",
       "/",
       "{}",
       {{"content-type", "application/x-amz-json-1.0"}},
       "POST / HTTP/1.1\r\nHost: @\r\nAccept: */*\r\ncontent-type: application/x-amz-json-1.0\r\n"
       "Content-Length: 2\r\n\r\n{}"},
      {"PUT", "/k", "", {}, "PUT /k HTTP/1.1\r\nHost: @\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n"},
      {"PUT",
       "/k",
       std::string("a\0b", 3),
       {},
       "PUT /k HTTP/1.1\r\nHost: @\r\nAccept: */*\r\nContent-Length: 3\r\n\r\n" + std::string("a\0b", 3)},
  };
  Recorder recorder;
  FakeClock clock;
  CurlTransport transport(clock);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.method + " " + c.target);
    HttpRequest request;
    request.method = c.method;
    request.url = recorder.server_.url(c.target);
    request.body = c.body;
    request.headers = c.headers;
    const auto answer = transport.send({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    std::string expected = c.expected;
    if (const std::size_t at = expected.find('@'); at != std::string::npos) expected.replace(at, 1, recorder.host());
    EXPECT_EQ(recorder.last(), expected);
  }
  EXPECT_EQ(recorder.server_.connections(), 1) << "one connection was kept for all";
}

TEST(CurlRequests, AskForNoMoreThanAHead) {
  RawServer server([](RawPeer& peer) {
    while (!peer.head().empty()) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"e\"\r\n\r\n");
  });
  FakeClock clock;
  CurlTransport transport(clock);
  HttpRequest request;
  request.method = "HEAD";
  request.url = server.url("/key");
  for (int i = 0; i < 3; ++i) {
    const auto answer = transport.send({}, request);
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    EXPECT_EQ((*answer).header("content-length"), "1234");
    EXPECT_EQ((*answer).body, "");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlRequests, RefuseWhatHttpCannotCarry) {
  FakeClock clock;
  CurlTransport transport(clock);
  struct Case {
    std::string method, url;
    Fields headers;
  };
  const std::string url = "http://127.0.0.1:1/";
  const std::vector<Case> cases = {
      {"GET", "file:///etc/passwd", {}},
      {"GET", "ftp://127.0.0.1/", {}},
      {"GET", "127.0.0.1", {}},
      {"GET", "", {}},
      {"GET", "http://user:secret@127.0.0.1:1/", {}},
      {"GET", "http://127.0.0.1:1/a\r\nb", {}},
      {"GET /\r\n", url, {}},
      {"", url, {}},
      {"GET", url, {{"a", "b\r\nc: d"}}},
      {"GET", url, {{"a", std::string("b\0c", 3)}}},
      {"GET", url, {{"a: b\r\nc", "d"}}},
      {"GET", url, {{"", "d"}}},
  };
  for (const Case& c : cases) {
    HttpRequest request;
    request.method = c.method;
    request.url = c.url;
    request.headers = c.headers;
    const auto answer = transport.send({}, request);
    EXPECT_TRUE(answer.failed_with(ErrorCode::kInvalidArgument))
        << request.url << ": " << (answer.ok() ? "sent" : answer.error().message());
  }
}

TEST(CurlRequests, SayWhetherTheyLeft) {
  std::uint16_t free_port = 0;
  {
    const RawServer gone([](RawPeer&) {});
    free_port = gone.port();
  }
  FakeClock clock;
  CurlTransport transport(clock);
  bool went_out = true;
  HttpRequest request;
  request.went_out = &went_out;
  request.url = "http://127.0.0.1:" + std::to_string(free_port) + "/";
  EXPECT_TRUE(transport.send({}, request).failed_with(ErrorCode::kUnavailable));
  EXPECT_FALSE(went_out) << "nobody listened";

  RawServer server([](RawPeer& peer) { (void)peer.head(); });
  request.url = server.url("/");
  request.repeatable = false;
  EXPECT_TRUE(transport.send({}, request).failed_with(ErrorCode::kUnavailable));
  EXPECT_TRUE(went_out);
}

// The second request of each connection is read and answered by an end.
TEST(CurlRequests, MakeOnlyRepeatableOnesAgainWhereAKeptConnectionIsDead) {
  for (const bool repeatable : {true, false}) {
    SCOPED_TRACE(repeatable);
    std::atomic<int> requests = 0;
    RawServer server([&](RawPeer& peer) {
      if (peer.head().empty()) return;
      ++requests;
      peer.send(kOk);
      if (!peer.head().empty()) ++requests;
    });
    FakeClock clock;
    CurlTransport transport(clock);
    HttpRequest request;
    request.method = "POST";
    request.url = server.url("/");
    request.body = "once";
    request.repeatable = repeatable;
    ASSERT_TRUE(transport.send({}, request).ok());
    const auto second = transport.send({}, request);
    EXPECT_EQ(second.ok(), repeatable);
    EXPECT_EQ(requests, repeatable ? 3 : 2);
    EXPECT_TRUE(repeatable || second.failed_with(ErrorCode::kUnavailable));
  }
}

TEST(CurlRequests, UseProxiesOnlyAsTold) {
  ::setenv("http_proxy", "http://127.0.0.1:1/", 1);  // NOLINT(concurrency-mt-unsafe): no other thread reads it
  ::setenv("all_proxy", "http://127.0.0.1:1/", 1);   // NOLINT(concurrency-mt-unsafe)
  Recorder recorder;
  FakeClock clock;
  CurlTransportOptions options;
  options.http_proxy = "http://" + recorder.host();
  CurlTransport with(clock, options);
  CurlTransport without(clock);
  HttpRequest request;
  request.url = "http://s3.example.test/key";
  ASSERT_TRUE(with.send({}, request).ok());
  EXPECT_TRUE(recorder.last().starts_with("GET http://s3.example.test/key HTTP/1.1\r\nHost: s3.example.test\r\n"))
      << recorder.last();
  request.url = recorder.server_.url("/near");
  ASSERT_TRUE(with.send({}, request).ok());
  EXPECT_TRUE(recorder.last().starts_with("GET /near HTTP/1.1\r\n")) << "what is near is asked itself";
  ASSERT_TRUE(without.send({}, request).ok()) << "the process's own variables do not count";
  options.no_proxy = "example.test";
  options.http_proxy = "http://127.0.0.1:1/";
  CurlTransport excepted(clock, options);
  request.url = recorder.server_.url("/near");
  EXPECT_TRUE(excepted.send({}, request).ok());
  ::unsetenv("http_proxy");  // NOLINT(concurrency-mt-unsafe)
  ::unsetenv("all_proxy");   // NOLINT(concurrency-mt-unsafe)
}

TEST(CurlRequests, KeepAConnectionForEachOrigin) {
  Recorder one, two;
  FakeClock clock;
  CurlTransport transport(clock);
  for (int i = 0; i < 4; ++i) {
    for (Recorder* recorder : {&one, &two}) {
      HttpRequest request;
      request.url = recorder->server_.url("/" + std::to_string(i));
      if (i % 2 == 0) {
        ASSERT_TRUE(transport.send({}, request).ok());
      } else {
        auto stream = transport.open({}, request);
        ASSERT_TRUE(stream.ok());
        EXPECT_EQ(*drain({}, *(*stream).body), "ok");
      }
    }
  }
  EXPECT_EQ(one.server_.connections(), 1);
  EXPECT_EQ(two.server_.connections(), 1);
  clock.advance(std::chrono::minutes{2});
  HttpRequest request;
  request.url = one.server_.url("/late");
  ASSERT_TRUE(transport.send({}, request).ok());
  EXPECT_EQ(one.server_.connections(), 2) << "an old one is not trusted";
}

TEST(CurlRequests, LeaveNoConnectionOfAStreamThatWasNotReadToItsEnd) {
  std::atomic<int> closed = 0;
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    peer.wait_for_close();
    closed = closed + 1;
    closed.notify_all();
  });
  FakeClock clock;
  CurlTransport transport(clock);
  HttpRequest request;
  request.url = server.url("/");
  for (int i = 0; i < 2; ++i) {
    auto stream = transport.open({}, request);
    ASSERT_TRUE(stream.ok());
    (*stream).body.reset();
    while (closed == i) closed.wait(i);
  }
  EXPECT_EQ(server.connections(), 2);
}

}  // namespace
}  // namespace scalper::aws
