// What ends a transfer that would not end by itself. Time is the test's: it goes on when the other side has been seen
// waiting.
#include <gtest/gtest.h>

#include <latch>
#include <semaphore>

#include "adapters/aws/client/curl_transport.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_server.h"

namespace scalper::aws {
namespace {

enum class Silence { kBeforeTls, kBeforeTheHead, kWithinTheHead, kWithinTheBody };

constexpr std::array kAll = {Silence::kBeforeTls, Silence::kBeforeTheHead, Silence::kWithinTheHead,
                             Silence::kWithinTheBody};

const std::string kHead = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

// A server that says so much and then nothing; `silent` is set off when it has.
struct SilentServer {
  explicit SilentServer(Silence when)
      : server([this, when](RawPeer& peer) {
          if (when != Silence::kBeforeTls) (void)peer.head();
          if (when == Silence::kWithinTheHead) peer.send("HTTP/1.1 200 OK\r\nContent-");
          if (when == Silence::kWithinTheBody) peer.send(kHead + "abc");
          silent.count_down();
          peer.wait_for_close();
          closed.count_down();
        }),
        url((when == Silence::kBeforeTls ? "https" : "http") + server.url("/").substr(4)) {}
  std::latch silent{1};
  std::latch closed{1};
  RawServer server;
  std::string url;
};

// Asks for the whole answer, in pieces if `streamed`.
Result<void> ask(CurlTransport& transport, const CallContext& context, const std::string& url, bool streamed) {
  HttpRequest request;
  request.url = url;
  if (!streamed) {
    SCALPER_TRY(transport.send(context, request));
    return {};
  }
  SCALPER_TRY_ASSIGN(const AwsStream stream, transport.open(context, request));
  SCALPER_TRY(drain(context, *stream.body));
  return {};
}

TEST(CurlLimits, EndEachPhaseByItsOwn) {
  const HttpTimeouts limits;
  for (const Silence when : kAll) {
    for (const bool streamed : {false, true}) {
      SCOPED_TRACE(static_cast<int>(when));
      FakeClock clock(FakeClock::Sleep::kWaits);
      CurlTransport transport(clock);
      SilentServer silent(when);
      std::optional<Error> error;
      std::atomic<bool> over = false;
      std::thread caller([&] {
        error = ask(transport, {}, silent.url, streamed).error();
        over = true;
      });
      silent.silent.wait();
      const Millis limit = when == Silence::kBeforeTls       ? limits.connect
                           : when == Silence::kBeforeTheHead ? limits.first_byte
                                                             : limits.stall;
      clock.advance(limit / 2);
      // Two halves make a whole only if the first was not forgotten: bytes that come late may begin the count anew.
      while (!over) {
        clock.advance(limit / 2);
        std::this_thread::yield();
      }
      caller.join();
      EXPECT_EQ(to_string(error->code()), "timeout") << error->message();
      silent.closed.wait();  // nothing is left behind
    }
  }
}

TEST(CurlLimits, AreLongEnoughForASlowAnswer) {
  // 20 s of a long poll, then 20 s before each piece: more than any limit in all, less at each place.
  FakeClock clock(FakeClock::Sleep::kWaits);
  CurlTransport transport(clock);
  std::counting_semaphore<8> wanted(0);
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    for (const char* piece : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "0", "1", "2", "3", "4"}) {
      wanted.acquire();
      clock.advance(std::chrono::seconds{20});
      peer.send(piece);
    }
  });
  HttpRequest request;
  request.url = server.url("/");
  wanted.release();
  auto stream = transport.open({}, request);
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  std::array<std::byte, 10> buffer{};
  for (int i = 0; i < 5; ++i) {
    wanted.release();
    const auto read = (*stream).body->read({}, buffer);
    ASSERT_TRUE(read.ok()) << read.error().message();
    EXPECT_EQ(*read, 1u);
  }
  EXPECT_EQ(*(*stream).body->read({}, buffer), 0u);
}

// Pieces larger than what the kernel's buffers hold: when one is through, the transport has moved some of it.
constexpr std::size_t kPiece = 12 << 20;
constexpr std::size_t kPieces = 5;

TEST(CurlLimits, CountFromTheLastByteOfAWholeAnswer) {
  FakeClock clock(FakeClock::Sleep::kWaits);
  CurlTransport transport(clock);
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kPieces * kPiece) + "\r\n\r\n");
    for (std::size_t i = 0; i < kPieces; ++i) {
      peer.send(std::string(kPiece, 'x'));
      clock.advance(std::chrono::seconds{20});  // of 30
    }
  });
  HttpRequest request;
  request.url = server.url("/");
  request.answer_limit = kPieces * kPiece;
  const auto answer = transport.send({}, request);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ((*answer).body.size(), kPieces * kPiece);
}

TEST(CurlLimits, CountFromTheLastByteThatWasSent) {
  FakeClock clock(FakeClock::Sleep::kWaits);
  CurlTransport transport(clock);
  RawServer server([&](RawPeer& peer) {
    (void)peer.head();
    for (std::size_t i = 0; i < kPieces; ++i) {
      EXPECT_EQ(peer.body(kPiece).size(), kPiece);
      clock.advance(std::chrono::seconds{25});  // of 60
    }
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  HttpRequest request;
  request.method = "PUT";
  request.url = server.url("/");
  request.body = std::string(kPieces * kPiece, 'x');
  const auto answer = transport.send({}, request);
  EXPECT_TRUE(answer.ok()) << answer.error().message();
}

TEST(CurlLimits, KeepTheDeadline) {
  for (const Silence when : kAll) {
    for (const bool streamed : {false, true}) {
      SCOPED_TRACE(static_cast<int>(when));
      FakeClock clock(FakeClock::Sleep::kWaits);
      CurlTransport transport(clock);
      SilentServer silent(when);
      CallContext context;
      context.deadline = clock.mono_now() + Millis{700};
      std::optional<Error> error;
      std::thread caller([&] { error = ask(transport, context, silent.url, streamed).error(); });
      silent.silent.wait();
      clock.advance(Millis{700});
      caller.join();
      EXPECT_EQ(to_string(error->code()), "timeout") << error->message();
      EXPECT_NE(error->message().find("time given"), std::string::npos) << error->message();
    }
  }
}

TEST(CurlLimits, StopAtOnce) {
  for (const Silence when : kAll) {
    for (const bool streamed : {false, true}) {
      SCOPED_TRACE(static_cast<int>(when));
      FakeClock clock(FakeClock::Sleep::kWaits);
      CurlTransport transport(clock);
      SilentServer silent(when);
      std::stop_source stop;
      CallContext context;
      context.stop = stop.get_token();
      std::optional<Error> error;
      std::thread caller([&] { error = ask(transport, context, silent.url, streamed).error(); });
      silent.silent.wait();
      stop.request_stop();
      caller.join();
      EXPECT_EQ(to_string(error->code()), "cancelled") << error->message();
      silent.closed.wait();
    }
  }
}

TEST(CurlLimits, BeginNothingThatMayNotBegin) {
  FakeClock clock;
  CurlTransport transport(clock);
  RawServer server([](RawPeer&) {});
  CallContext late;
  late.deadline = clock.mono_now();
  EXPECT_TRUE(ask(transport, late, server.url("/"), false).failed_with(ErrorCode::kTimeout));
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  EXPECT_TRUE(ask(transport, stopped, server.url("/"), true).failed_with(ErrorCode::kCancelled));
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlLimits, HoldOnlyWhileSomebodyWaits) {
  FakeClock clock(FakeClock::Sleep::kWaits);
  CurlTransport transport(clock);
  RawServer server([](RawPeer& peer) {
    (void)peer.head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
    peer.wait_for_close();
  });
  HttpRequest request;
  request.url = server.url("/");
  auto stream = transport.open({}, request);
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  std::string buffer(50'000, '\0');
  std::size_t got = 0;
  while (got < 1'000'000) {
    clock.advance(std::chrono::hours{1});  // the reader was busy
    auto read = (*stream).body->read({}, std::as_writable_bytes(std::span(buffer)));
    ASSERT_TRUE(read.ok()) << read.error().message();
    ASSERT_GT(*read, 0u);
    got += *read;
  }
  EXPECT_EQ(got, 1'000'000u);
}

}  // namespace
}  // namespace scalper::aws
