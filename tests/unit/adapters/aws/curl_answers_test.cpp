// Answers of every shape, whole and broken, read whole and as a stream.
#include <gtest/gtest.h>

#include "adapters/aws/client/curl_transport.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"

namespace scalper::aws {
namespace {

struct Got {
  Result<AwsResponse> answer = Error(ErrorCode::kInternal, "nothing asked");
  int connections = 0;
};

// `text` answered to one request for /, then the connection is closed (or reset), asked by send() or by open().
Got ask(const std::string& text, bool streamed, bool reset = false, HttpRequest request = {}) {
  RawServer server([&](RawPeer& peer) {
    if (peer.head().empty()) return;
    peer.send(text);
    if (reset) peer.reset();
  });
  FakeClock clock;
  CurlTransport transport(clock);
  request.url = server.url("/");
  Got got;
  if (!streamed) {
    got.answer = transport.send({}, request);
  } else if (auto stream = transport.open({}, request); !stream) {
    got.answer = stream.error();
  } else if (auto body = drain({}, *(*stream).body, 7); !body) {
    got.answer = body.error();
  } else {
    got.answer = std::move((*stream).head);
    (*got.answer).body = *body;
  }
  got.connections = server.connections();
  return got;
}

struct Whole {
  const char* name;
  std::string text;
  int status;
  Fields headers;
  std::string body;
};

const std::vector<Whole>& whole_answers() {
  static const std::vector<Whole> all = {
      {"length",
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\nhello",
       200,
       {{"content-length", "5"}, {"etag", "\"x\""}},
       "hello"},
      {"chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
       200,
       {{"transfer-encoding", "chunked"}},
       "abcde"},
      {"chunks with a trailer",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-amz-checksum: no\r\n\r\n",
       200,
       {{"transfer-encoding", "chunked"}},
       "a"},
      {"no length, closed", "HTTP/1.1 200 OK\r\n\r\nall until the end", 200, {}, "all until the end"},
      {"HTTP/1.0", "HTTP/1.0 404 Not Found\r\n\r\ngone", 404, {}, "gone"},
      {"no reason", "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", 503, {{"content-length", "0"}}, ""},
      {"no body by its status", "HTTP/1.1 204 No Content\r\n\r\n", 204, {}, ""},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, {{"content-length", "5"}}, ""},
      {"no redirect is followed",
       "HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
       307,
       {{"location", "http://127.0.0.1:1/"}, {"content-length", "0"}},
       ""},
      {"interim answers",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nx: 1\r\n\r\n"
       "HTTP/1.1 200 OK\r\ny: 2\r\nContent-Length: 1\r\n\r\nb",
       200,
       {{"y", "2"}, {"content-length", "1"}},
       "b"},
      {"names and blanks",
       "HTTP/1.1 200 OK\r\nX-Amz-Meta-A:   b c\t \r\nx-empty:\r\nCONTENT-LENGTH:0\r\n\r\n",
       200,
       {{"x-amz-meta-a", "b c"}, {"x-empty", ""}, {"content-length", "0"}},
       ""},
      {"twice the same name",
       "HTTP/1.1 200 OK\r\na: 1\r\na: 2\r\nContent-Length: 0\r\n\r\n",
       200,
       {{"a", "1"}, {"a", "2"}, {"content-length", "0"}},
       ""},
      {"compressed stays so",
       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
       200,
       {{"content-encoding", "gzip"}, {"content-length", "2"}},
       "\x1f\x8b"},
      {"large",
       "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x'),
       200,
       {{"content-length", "300000"}},
       std::string(300'000, 'x')},
  };
  return all;
}

TEST(CurlAnswers, ReadsEveryShape) {
  for (const Whole& expected : whole_answers()) {
    for (const bool streamed : {false, true}) {
      SCOPED_TRACE(expected.name + std::string(streamed ? ", streamed" : ""));
      const Got got = ask(expected.text, streamed);
      ASSERT_TRUE(got.answer.ok()) << got.answer.error().message();
      EXPECT_EQ((*got.answer).status, expected.status);
      EXPECT_EQ((*got.answer).headers, expected.headers);
      EXPECT_EQ((*got.answer).body, expected.body);
      EXPECT_EQ(got.connections, 1);
    }
  }
}

struct Broken {
  const char* name;
  std::string text;
  ErrorCode code;
  bool reset = false;
};

std::string many_headers(std::size_t bytes) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  while (text.size() < bytes) text += "x-header: " + std::string(90, 'x') + "\r\n";
  return text + "Content-Length: 0\r\n\r\n";
}

TEST(CurlAnswers, TakesNothingBrokenForAnAnswer) {
  const std::vector<Broken> cases = {
      {"nothing", "", ErrorCode::kUnavailable},
      {"nothing but a reset", "", ErrorCode::kUnavailable, true},
      {"cut in the status line", "HTTP/1.1 2", ErrorCode::kUnavailable},
      {"cut in the head", "HTTP/1.1 200 OK\r\nContent-Le", ErrorCode::kCorrupt},
      {"cut before the empty line", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", ErrorCode::kCorrupt},
      {"cut after an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", ErrorCode::kUnavailable},
      {"cut by length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorCode::kCorrupt},
      {"reset within the length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorCode::kCorrupt, true},
      {"cut within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", ErrorCode::kCorrupt},
      {"cut between chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", ErrorCode::kCorrupt},
      {"no chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
       ErrorCode::kCorrupt},
      {"negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", ErrorCode::kCorrupt},
      {"HTTP/0.9", "just text", ErrorCode::kCorrupt},
      {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", ErrorCode::kCorrupt},
      {"endless head", many_headers(300'000), ErrorCode::kCorrupt},
  };
  for (const Broken& expected : cases) {
    for (const bool streamed : {false, true}) {
      SCOPED_TRACE(expected.name + std::string(streamed ? ", streamed" : ""));
      HttpRequest request;
      request.repeatable = false;
      const Got got = ask(expected.text, streamed, expected.reset, request);
      ASSERT_FALSE(got.answer.ok()) << (*got.answer).status << " " << (*got.answer).body;
      EXPECT_EQ(got.answer.error().code(), expected.code) << got.answer.error().message();
    }
  }
}

TEST(CurlAnswers, ReadsALargeHead) {
  const Got got = ask(many_headers(200'000), false);
  ASSERT_TRUE(got.answer.ok()) << got.answer.error().message();
  EXPECT_GT((*got.answer).headers.size(), 1'900u);
}

TEST(CurlAnswers, HoldsNoMoreThanItsLimit) {
  HttpRequest request;
  request.answer_limit = 10;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
  EXPECT_TRUE(ask(head + "10\r\n\r\n0123456789", false, false, request).answer.ok());
  EXPECT_TRUE(ask(head + "11\r\n\r\n0123456789a", false, false, request).answer.failed_with(ErrorCode::kCorrupt));
  EXPECT_TRUE(ask(head + "11\r\n\r\n0123456789a", true, false, request).answer.ok()) << "a stream has none";
}

TEST(CurlAnswers, GivesWhatCameBeforeACut) {
  RawServer server([](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(50'000, 'a'));
  });
  FakeClock clock;
  CurlTransport transport(clock);
  HttpRequest request;
  request.url = server.url("/");
  auto stream = transport.open({}, request);
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  EXPECT_EQ((*stream).head.header("content-length"), "100000");
  std::string buffer(4096, '\0');
  std::size_t got = 0;
  for (;;) {
    auto read = (*stream).body->read({}, std::as_writable_bytes(std::span(buffer)));
    if (!read) {
      EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt) << read.error().message();
      break;
    }
    ASSERT_GT(*read, 0u) << "a short body is never an end";
    got += *read;
  }
  EXPECT_EQ(got, 50'000u);
  auto again = (*stream).body->read({}, std::as_writable_bytes(std::span(buffer)));
  EXPECT_TRUE(again.failed_with(ErrorCode::kCorrupt)) << "and it stays so";
}

}  // namespace
}  // namespace scalper::aws
