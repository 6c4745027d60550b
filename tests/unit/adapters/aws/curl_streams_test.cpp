// Bodies that are larger than what may be held.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstring>
#include <latch>

#include "adapters/aws/client/curl_transport.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kLarge = 40 * kPiece;
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// `size` bytes, at most kPiece, that tell their place.
std::string_view bytes_at(std::size_t offset, std::size_t size) {
  constexpr std::size_t kPeriod = 65'537;  // shares no factor with any size of a buffer
  static const std::string pattern = [] {
    std::string text(kPiece + kPeriod, '\0');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(((i % kPeriod) * 2654435761u) >> 13);
    return text;
  }();
  return std::string_view(pattern).substr(offset % kPeriod, size);
}

// What this process has allocated and not freed; 0 where a sanitizer does the allocating.
std::size_t held_bytes() {
  const auto all = ::mallinfo2();
  return all.uordblks + all.hblkhd;
}

class PlaceSource final : public ByteSource {
 public:
  PlaceSource(std::size_t size, std::optional<Error> failure = std::nullopt)
      : size_(size), failure_(std::move(failure)) {}
  [[nodiscard]] Result<std::size_t> read(const CallContext&, MutableBytes into) override {
    const std::size_t count = std::min({into.size(), size_ - at_, kPiece});
    if (count == 0 && failure_) return *failure_;
    std::memcpy(into.data(), bytes_at(at_, count).data(), count);
    at_ += count;
    most_held_ = std::max(most_held_, held_bytes());
    return count;
  }
  [[nodiscard]] std::size_t given() const { return at_; }
  [[nodiscard]] std::size_t most_held() const { return most_held_; }

 private:
  std::size_t size_;
  std::optional<Error> failure_;
  std::size_t at_ = 0;
  std::size_t most_held_ = 0;
};

HttpRequest put(const RawServer& server, ByteSource& source, std::uint64_t length) {
  HttpRequest request;
  request.method = "PUT";
  request.url = server.url("/");
  request.stream = &source;
  request.stream_length = length;
  request.repeatable = false;
  return request;
}

TEST(CurlStreams, ReceiveAnySizeInFlatMemory) {
  std::atomic<std::size_t> sent = 0;
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n");
    for (std::size_t at = 0; at < kLarge; at += kPiece) {
      if (!peer.send(bytes_at(at, kPiece))) return;
      sent = at + kPiece;
    }
  });
  FakeClock clock;
  CurlTransport transport(clock);
  HttpRequest request;
  request.url = server.url("/");
  auto stream = transport.open({}, request);
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  std::string buffer(64 * 1024, '\0');
  std::size_t got = 0, wrong = 0, most_ahead = 0, most_held = 0;
  const std::size_t held = held_bytes();
  for (;;) {
    auto read = (*stream).body->read({}, std::as_writable_bytes(std::span(buffer)));
    ASSERT_TRUE(read.ok()) << read.error().message();
    if (*read == 0) break;
    wrong += std::string_view(buffer).substr(0, *read) != bytes_at(got, *read);
    got += *read;
    most_ahead = std::max(most_ahead, sent - std::min(got, sent.load()));
    most_held = std::max(most_held, held_bytes());
  }
  EXPECT_EQ(got, kLarge);
  EXPECT_EQ(wrong, 0u);
  EXPECT_LT(most_ahead, 16 * kPiece) << "what the kernel's buffers hold and no more";
  EXPECT_LT(most_held, held + 4 * kPiece);
}

TEST(CurlStreams, SendAnySizeInFlatMemory) {
  std::atomic<std::size_t> wrong = 0;
  RawServer server([&](RawPeer& peer) {
    const std::string head = peer.head();
    EXPECT_NE(head.find("Content-Length: " + std::to_string(kLarge) + "\r\n"), std::string::npos) << head;
    EXPECT_NE(head.find("Expect: 100-continue\r\n"), std::string::npos) << head;
    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    for (std::size_t at = 0; at < kLarge; at += kPiece) {
      wrong += peer.body(kPiece) != bytes_at(at, kPiece);
    }
    peer.send(kOk);
  });
  FakeClock clock;
  CurlTransport transport(clock);
  PlaceSource source(kLarge);
  const std::size_t held = held_bytes();
  const auto answer = transport.send({}, put(server, source, kLarge));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer).body, "ok");
  EXPECT_EQ(wrong, 0u);
  EXPECT_LT(source.most_held(), held + 8 * kPiece) << "some of it is the server's";
}

TEST(CurlStreams, ReadNothingOfABodyThatIsRefusedBefore) {
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    peer.wait_for_close();
  });
  FakeClock clock;
  CurlTransport transport(clock);
  PlaceSource source(4 * kPiece);
  const auto answer = transport.send({}, put(server, source, 4 * kPiece));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer).status, 403);
  EXPECT_EQ((*answer).body, "no");
  EXPECT_EQ(source.given(), 0u);
}

TEST(CurlStreams, GoOnWhereTheQuestionIsNotUnderstood) {
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    const std::string head = peer.head();
    EXPECT_EQ(head.find("Expect:"), std::string::npos) << head;
    (void)peer.body(4 * kPiece);
    peer.send(kOk);
  });
  FakeClock clock;
  CurlTransport transport(clock);
  PlaceSource source(4 * kPiece);
  const auto answer = transport.send({}, put(server, source, 4 * kPiece));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer).status, 200);
}

TEST(CurlStreams, StopSendingWhenTheAnswerCameEarly) {
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    (void)peer.body(100'000);
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbad");
    peer.wait_for_close();
  });
  FakeClock clock;
  CurlTransport transport(clock);
  PlaceSource source(kLarge);
  const auto answer = transport.send({}, put(server, source, kLarge));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer).status, 400);
  EXPECT_EQ((*answer).body, "bad");
  EXPECT_LT(source.given(), kLarge);
}

TEST(CurlStreams, EndWithWhatTheirSourceSays) {
  struct Case {
    std::optional<Error> failure;
    ErrorCode code;
  };
  for (const Case& c : {Case{Error(ErrorCode::kNoSpace, "of the source"), ErrorCode::kNoSpace},
                        Case{Error(ErrorCode::kNotFound, "of the source"), ErrorCode::kNotFound},
                        Case{std::nullopt, ErrorCode::kCorrupt}}) {
    std::latch ended(1);
    RawServer server([&](RawPeer& peer) {
      (void)peer.head();
      EXPECT_LT(peer.body(100'000).size(), 100'000u) << "a short body is never made whole";
      ended.count_down();
    });
    FakeClock clock;
    CurlTransport transport(clock);
    PlaceSource source(60'000, c.failure);
    const auto answer = transport.send({}, put(server, source, 100'000));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(to_string(answer.error().code()), to_string(c.code)) << answer.error().message();
    ended.wait();
  }
}

TEST(CurlStreams, TakeNoMoreOfTheirSourceThanTheirLength) {
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    EXPECT_EQ(peer.body(10).size(), 10u);
    peer.send(kOk);
    EXPECT_EQ(peer.head(), "");
  });
  FakeClock clock;
  PlaceSource source(100), none(0);
  {
    CurlTransport transport(clock);
    ASSERT_TRUE(transport.send({}, put(server, source, 10)).ok());
  }
  EXPECT_EQ(source.given(), 10u);
  RawServer empty([&](RawPeer& peer) {
    EXPECT_NE(peer.head().find("Content-Length: 0\r\n"), std::string::npos);
    peer.send(kOk);
  });
  CurlTransport transport(clock);
  EXPECT_TRUE(transport.send({}, put(empty, none, 0)).ok());
}

TEST(CurlStreams, SurviveAServerThatEnds) {
  const TestAuthority authority;
  for (const bool secure : {false, true}) {
    RawServer server(
        [&](RawPeer& peer) {
          (void)peer.head();
          peer.send("HTTP/1.1 100 Continue\r\n\r\n");
          (void)peer.body(100'000);
          peer.reset();
        },
        secure ? authority.server() : nullptr);
    FakeClock clock;
    CurlTransportOptions options;
    options.trust.embedded = authority.root_pem();
    CurlTransport transport(clock, options);
    PlaceSource source(kLarge);
    EXPECT_TRUE(transport.send({}, put(server, source, kLarge)).failed_with(ErrorCode::kUnavailable)) << secure;
  }
}

}  // namespace
}  // namespace scalper::aws
