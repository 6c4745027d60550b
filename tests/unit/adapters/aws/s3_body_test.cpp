// Reads of one version: resumed after cuts, and by several ranges at a time.

#include "adapters/aws/s3_body.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/aws/s3_text.h"
#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"

namespace scalper::aws {
namespace {

std::string patterned(std::size_t size) {
  std::string text;
  for (std::uint32_t word = 1; text.size() < size; word = word * 1664525U + 1013904223U)
    for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(word >> static_cast<unsigned>(shift));
  text.resize(size);
  return text;
}

// One object over a line that cuts: each GET gives what `cut` says of its range, then an error.
class CuttingServer final : public AwsClient {
 public:
  explicit CuttingServer(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<AwsResponse> call(const CallContext&, const AwsRequest&, AwsRefusal*) override {
    return Error(ErrorCode::kInternal, "only GETs are served");
  }

  Result<AwsStream> open(const CallContext& context, const AwsRequest& request, AwsRefusal* refusal) override {
    const int number = ++opened;
    std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    {
      const std::lock_guard lock(mutex_);
      ranges.push_back(headers["range"]);
      matches.push_back(headers["if-match"]);
    }
    newest_first() = std::stoi(headers["range"].substr(6));
    if (refuse) {
      if (auto refused = refuse(number)) {
        if (refusal != nullptr) *refusal = {404, "NoSuchVersion"};
        return *refused;
      }
    }
    const std::string range = headers["range"].substr(6);
    const std::size_t dash = range.find('-');
    const std::uint64_t first = ignores_ranges ? 0 : *parse_number(range.substr(0, dash));
    const std::uint64_t last = ignores_ranges ? bytes_.size() - 1 : *parse_number(range.substr(dash + 1));
    AwsStream stream;
    stream.head.status = ignores_ranges ? 200 : 206;
    const std::uint64_t told = first + (lies_by_one ? 1 : 0);
    if (!ignores_ranges)
      stream.head.headers = {{"content-range", "bytes " + std::to_string(told) + "-" + std::to_string(last) + "/" +
                                                   std::to_string(bytes_.size())}};
    const std::string part = bytes_.substr(first, last - first + 1);
    const std::size_t given = std::min(cut ? cut(number) : SIZE_MAX, part.size());
    stream.body = std::make_unique<Stoppable>(
        context.stop, part.substr(0, given),
        given < part.size() ? std::optional(Error(ErrorCode::kCorrupt, "cut")) : std::nullopt);
    return stream;
  }

  Result<std::string> presign(const CallContext&, const AwsRequest&, std::chrono::seconds) override {
    return std::string();
  }
  std::string region() const override { return "eu-central-1"; }

  // Of the GET that this thread made last: its first byte.
  [[nodiscard]] static int& newest_first() {
    thread_local int first = 0;
    return first;
  }

  std::function<std::size_t(int)> cut;  // bytes that GET number n gives before it is cut
  std::function<std::optional<Error>(int)> refuse;
  bool ignores_ranges = false;
  bool lies_by_one = false;
  std::atomic<int> opened{0};
  std::vector<std::string> ranges;
  std::vector<std::string> matches;

 private:
  class Stoppable final : public ByteSource {
   public:
    Stoppable(std::stop_token stop, std::string text, std::optional<Error> failure)
        : stop_(std::move(stop)), source_(std::move(text), 1000, std::move(failure)) {}
    Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
      if (stop_.stop_requested()) return Error(ErrorCode::kCancelled, "stopped");
      return source_.read(context, into);
    }

   private:
    std::stop_token stop_;
    TextSource source_;
  };

  const std::string bytes_;
  std::mutex mutex_;
};

class S3Body : public testing::Test {
 protected:
  std::string bytes = patterned(100000);
  CuttingServer server{bytes};
  FakeClock clock;
  S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
  CallContext context;
};

TEST_F(S3Body, GoesOnAtTheNextByteOfTheSameVersion) {
  server.cut = [](int) { return 30000; };
  auto body = resuming_body(version, 0, bytes.size(), std::make_unique<TextSource>(bytes.substr(0, 5000), SIZE_MAX));
  const auto text = drain(context, *body);
  ASSERT_DONE(text);
  EXPECT_TRUE(*text == bytes);
  EXPECT_EQ(server.ranges, (std::vector<std::string>{"bytes=5000-99999", "bytes=35000-99999", "bytes=65000-99999",
                                                     "bytes=95000-99999"}));
  EXPECT_EQ(server.matches, std::vector<std::string>(4, "\"e1\""));
  EXPECT_GT(clock.slept(), Millis{0});
}

TEST_F(S3Body, GivesARangeAndNoByteMore) {
  auto body = resuming_body(version, 100, 300, std::make_unique<TextSource>(bytes.substr(100)));
  const auto text = drain(context, *body, 64);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, bytes.substr(100, 200));
  EXPECT_EQ(server.opened, 0);
  auto none = resuming_body(version, 100, 100, nullptr);
  EXPECT_EQ(*drain(context, *none), "");
}

// A body that is dropped before its end takes its connection along.
TEST_F(S3Body, SeesTheEndSoThatTheConnectionIsKept) {
  class Watched final : public ByteSource {
   public:
    Watched(std::string text, bool& ended) : source_(std::move(text)), ended_(ended) {}
    Result<std::size_t> read(const CallContext& c, MutableBytes into) override {
      auto n = source_.read(c, into);
      if (n.ok() && *n == 0) ended_ = true;
      return n;
    }

   private:
    TextSource source_;
    bool& ended_;
  };
  bool ended = false;
  auto body = resuming_body(version, 0, 300, std::make_unique<Watched>(bytes.substr(0, 300), ended));
  EXPECT_EQ(*drain(context, *body), bytes.substr(0, 300));
  EXPECT_TRUE(ended);
}

TEST_F(S3Body, PassesOverWhatAStoreSendsThatKnowsNoRanges) {
  server.ignores_ranges = true;
  server.cut = [](int number) { return number == 1 ? 40000 : SIZE_MAX; };
  auto body = resuming_body(version, 20000, 90000, nullptr);
  const auto text = drain(context, *body);
  ASSERT_DONE(text);
  EXPECT_TRUE(*text == bytes.substr(20000, 70000));
}

TEST_F(S3Body, TakesNoOtherRangeThanItAskedFor) {
  server.lies_by_one = true;
  auto body = resuming_body(version, 10, 20, nullptr);
  EXPECT_CODE(kCorrupt, drain(context, *body));
}

TEST_F(S3Body, GivesUpAfterFiveTriesWithoutAByte) {
  server.refuse = [](int number) {
    return number > 2 ? std::optional(Error(ErrorCode::kUnavailable, "away")) : std::nullopt;
  };
  server.cut = [](int) { return 1000; };
  auto body = resuming_body(version, 0, bytes.size(), nullptr);
  EXPECT_CODE(kUnavailable, drain(context, *body));
  EXPECT_EQ(server.opened, 2 + 4) << "the cut itself was the first of the five";
}

TEST_F(S3Body, DoesNotGoOnWithAnotherFile) {
  // Another etag: that version is gone. "Precondition failed" would be taken for a claim that was lost.
  for (const auto& [code, told] : {std::pair{ErrorCode::kNotFound, ErrorCode::kNotFound},
                                   std::pair{ErrorCode::kPreconditionFailed, ErrorCode::kNotFound},
                                   std::pair{ErrorCode::kPermissionDenied, ErrorCode::kPermissionDenied}}) {
    server.opened = 0;
    server.refuse = [code = code](int number) { return number > 1 ? std::optional(Error(code, "no")) : std::nullopt; };
    server.cut = [](int) { return 1000; };
    auto body = resuming_body(version, 0, bytes.size(), nullptr);
    EXPECT_TRUE(fails_with(told, drain(context, *body)));
    EXPECT_EQ(server.opened, 2);
  }
}

TEST_F(S3Body, StopsWhenItsCallerDoes) {
  server.cut = [](int) { return 0; };
  std::stop_source stop;
  stop.request_stop();
  context.stop = stop.get_token();
  auto body = resuming_body(version, 0, bytes.size(), nullptr);
  EXPECT_CODE(kCancelled, drain(context, *body));
  EXPECT_LE(server.opened, 1);
  CallContext late;
  late.deadline = clock.mono_now();
  auto another = resuming_body(version, 0, bytes.size(), std::make_unique<TextSource>("x"));
  std::byte one{};
  ASSERT_DONE(another->read(late, MutableBytes(&one, 1)));
  EXPECT_CODE(kTimeout, another->read(late, MutableBytes(&one, 1))) << "the rest is not begun";
}

ParallelReads ranges_of(std::uint64_t range, std::size_t lanes) {
  ParallelReads reads;
  reads.range = range;
  reads.lanes = lanes;
  return reads;
}

// As the system answers that has no more threads for this process.
ParallelReads with_threads(std::size_t& left) {
  ParallelReads reads = ranges_of(1000, 4);
  reads.new_thread = [&left](std::function<void()> work) {
    if (left == 0) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    --left;
    return std::thread(std::move(work));
  };
  return reads;
}

TEST(S3ParallelBodyThreads, DoWithTheThreadsThatAreToBeHad) {
  const std::string bytes = patterned(100000);
  FakeClock clock;
  CuttingServer server{bytes};
  const S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
  for (const std::size_t threads : {1U, 3U}) {
    std::size_t left = threads;
    auto body = parallel_body(version, 0, bytes.size(), nullptr, with_threads(left));
    const auto text = drain(CallContext{}, *body);
    ASSERT_DONE(text);
    EXPECT_TRUE(*text == bytes);
  }
  std::size_t none = 0;
  auto body = parallel_body(version, 0, bytes.size(), nullptr, with_threads(none));
  EXPECT_CODE(kUnavailable, drain(CallContext{}, *body));
  none = 2;  // there are some again
  const auto text = drain(CallContext{}, *body);
  ASSERT_DONE(text);
  EXPECT_TRUE(*text == bytes);
}

TEST(S3ParallelBodyThreads, GiveTheBytesInOrder) {
  const std::string bytes = patterned(100000);
  FakeClock clock;
  for (const std::size_t lanes : {1U, 2U, 5U})
    for (const std::uint64_t range : {std::uint64_t{999}, std::uint64_t{8192}, std::uint64_t{100000}}) {
      CuttingServer server{bytes};
      server.cut = [](int number) { return number % 3 == 0 ? 500 : SIZE_MAX; };
      const S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
      auto body =
          parallel_body(version, 10, 99990, std::make_unique<TextSource>(bytes.substr(10)), ranges_of(range, lanes));
      for (const std::size_t piece : {std::size_t{700}}) {
        const auto text = drain(CallContext{}, *body, piece);
        ASSERT_DONE(text);
        EXPECT_TRUE(*text == bytes.substr(10, 99980)) << lanes << " lanes, ranges of " << range;
      }
    }
}

// Every fetch is held against what the reader had asked for when it began, so that it does not matter when one looks.
TEST(S3ParallelBodyThreads, FetchNoFurtherAheadThanTheyHaveLanes) {
  constexpr int kRange = 1000;
  constexpr int kLanes = 3;
  const std::string bytes = patterned(100000);
  FakeClock clock;
  CuttingServer server{bytes};
  std::atomic<int> wanted{0};  // bytes that the reader has asked for
  std::atomic<int> furthest{0};
  std::atomic<int> too_far{0};
  server.refuse = [&](int) {
    const int range = server.newest_first() / kRange;
    if (range >= wanted / kRange + kLanes) ++too_far;
    for (int seen = furthest; seen < range && !furthest.compare_exchange_weak(seen, range);) continue;
    return std::optional<Error>();
  };
  const S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
  auto body = parallel_body(version, 0, bytes.size(), nullptr, ranges_of(kRange, kLanes));
  std::string half(kRange / 2, '\0');
  for (int at = 0; at < static_cast<int>(bytes.size());) {
    const int length = kRange / 2 - at % (kRange / 2);
    wanted = at + length;
    const auto n =
        body->read(CallContext{}, std::as_writable_bytes(std::span(half).first(static_cast<std::size_t>(length))));
    ASSERT_DONE(n);
    at += static_cast<int>(*n);
    // Slower than they are: each has begun all that it may.
    while (furthest < std::min(at / kRange + kLanes - 1, 99)) std::this_thread::yield();
  }
  EXPECT_EQ(too_far, 0) << "a range that was begun before its place was free";
  EXPECT_EQ(server.opened, 100);
}

TEST(S3ParallelBodyThreads, TellAnErrorAtItsPlaceAndThenAgain) {
  const std::string bytes = patterned(10000);
  FakeClock clock;
  CuttingServer server{bytes};
  server.refuse = [](int number) {
    return number > 3 ? std::optional(Error(ErrorCode::kNotFound, "gone")) : std::nullopt;
  };
  const S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
  auto body = parallel_body(version, 0, bytes.size(), nullptr, ranges_of(1000, 1));
  std::string text(3000, '\0');
  std::size_t at = 0;
  while (at < text.size()) {
    const auto n = body->read(CallContext{}, std::as_writable_bytes(std::span(text).subspan(at)));
    ASSERT_DONE(n);
    at += *n;
  }
  EXPECT_EQ(text, bytes.substr(0, 3000));
  for (int i = 0; i < 2; ++i)
    EXPECT_CODE(kNotFound, body->read(CallContext{}, std::as_writable_bytes(std::span(text))));
}

TEST(S3ParallelBodyThreads, EndWithTheirSourceAndWithItsCaller) {
  const std::string bytes = patterned(100000);
  FakeClock clock;
  CuttingServer server{bytes};
  const S3Version version{&server, &clock, {BucketName{"in"}, ObjectKey{"k"}, VersionId{"v1"}}, ETag{"e1"}};
  parallel_body(version, 0, bytes.size(), nullptr, ranges_of(1000, 4)).reset();  // never read
  EXPECT_EQ(server.opened, 0);
  std::stop_source stop;
  CallContext context;
  context.stop = stop.get_token();
  auto body = parallel_body(version, 0, bytes.size(), nullptr, ranges_of(1000, 4));
  std::string text(100, '\0');
  ASSERT_DONE(body->read(context, std::as_writable_bytes(std::span(text))));
  stop.request_stop();
  EXPECT_CODE(kCancelled, drain(context, *body));
  body.reset();  // joins its threads in the middle of their work
}

}  // namespace
}  // namespace scalper::aws
