// The scanner against a stand-in that speaks INSTREAM as strictly as clamd, and misbehaves as the test says. The real
// one is asked in tests/malware.

#include "adapters/clamd/clamd_scanner.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "adapters/clamd/clamd_answers.h"
#include "adapters/local/system_clock.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

using namespace std::chrono_literals;
using Kind = ScanAnswer::Kind;

const std::string kAlert = "1: stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND";

// Takes connections one after the other. `longest`: bytes of the second stream after which it answers and closes.
class StandInClamd {
 public:
  explicit StandInClamd(std::string path) : path_(std::move(path)), listening_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path_.copy(name.sun_path, sizeof name.sun_path - 1);
    EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(listening_, 8), 0);
    thread_ = std::thread([this] { run(); });
  }
  ~StandInClamd() {
    stopping_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }

  std::vector<std::string> answers{kAlert, "2: stream: OK"};
  std::size_t longest = SIZE_MAX;
  std::vector<std::string> streams;  // looked at once the scan has its answer

 private:
  void run() {
    for (;;) {
      const int fd = ::accept(listening_, nullptr, nullptr);
      if (fd < 0 || stopping_) return;
      serve(fd);
      ::close(fd);
    }
  }
  void serve(int fd) {
    if (take(fd, 11) != std::string("zIDSESSION\0", 11)) return;
    for (int stream = 0; stream < 2; ++stream) {
      if (take(fd, 10) != std::string("zINSTREAM\0", 10)) return;
      streams.emplace_back();
      for (;;) {
        std::uint32_t size = 0;
        for (const char c : take(fd, 4)) size = (size << 8U) | static_cast<unsigned char>(c);
        if (size == 0) break;
        streams.back() += take(fd, size);
        if (stream == 1 && streams.back().size() > longest) return say(fd);
      }
    }
    say(fd);
    char end = 0;
    while (::recv(fd, &end, 1, 0) > 0) {
    }
  }
  void say(int fd) {
    for (const std::string& answer : answers)
      static_cast<void>(::send(fd, answer.c_str(), answer.size() + 1, MSG_NOSIGNAL));
  }
  static std::string take(int fd, std::size_t size) {
    std::string bytes(size, '\0');
    return ::recv(fd, bytes.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size) ? bytes : std::string();
  }

  const std::string path_;
  const int listening_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

class ClamdScans : public testing::Test {
 protected:
  [[nodiscard]] ClamdOptions options() const {
    ClamdOptions options;
    options.address = parse_clamd_address(path_).value();
    options.answer = options.stalled = 300ms;
    options.turn = 10ms;
    return options;
  }
  ScanAnswer scan(const std::string& bytes, std::size_t piece = 1000) {
    ClamdScanner scanner(options(), clock_);
    const auto scan = scanner.begin({});
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      scan->feed({}, as_bytes(std::string_view(bytes).substr(at, piece)));
    return scan->finish({});
  }

  TempDir dir_;
  const std::string path_ = (dir_.path() / "clamd").string();
  SystemClock clock_;
};

TEST_F(ClamdScans, GiveItTheProbeAndTheFile) {
  StandInClamd clamd(path_);
  const std::string bytes(300'000, 'x');
  EXPECT_EQ(scan(bytes, 200'000).kind, Kind::kClean);
  EXPECT_EQ(scan("x").kind, Kind::kClean);
  ASSERT_EQ(clamd.streams.size(), 4U);
  EXPECT_EQ(clamd.streams[1], bytes);
  EXPECT_EQ(clamd.streams[3], "x");
  EXPECT_EQ(clamd.streams[0].size(), clamd_probe(std::string(64, 'a')).size());
  EXPECT_NE(clamd.streams[0], clamd.streams[2]) << "what clamd has seen before proves nothing";
}

TEST_F(ClamdScans, OneThatDoesNotAlertIsNotBelieved) {
  StandInClamd clamd(path_);
  clamd.answers = {"1: stream: OK", "2: stream: OK"};
  const ScanAnswer answer = scan("x");
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_NE(answer.what.find("AlertExceedsMax"), std::string::npos);
  clamd.answers = {"2: stream: Found.It FOUND", "1: stream: OK"};  // in any order; what it found is found
  EXPECT_EQ(scan("x").kind, Kind::kFound);
}

TEST_F(ClamdScans, AnythingButAnAnswerFails) {
  StandInClamd clamd(path_);
  using Lines = std::vector<std::string>;
  for (const Lines& lines :
       {Lines{kAlert}, Lines{"2: stream: OK"}, Lines{}, Lines{"UNKNOWN COMMAND"}, Lines{kAlert, "stream: OK"},
        Lines{kAlert, "3: stream: OK"}, Lines{kAlert, "2: "}, Lines(20, "7: stream: OK"),
        Lines{kAlert, std::string(9000, 'x')}, Lines{kAlert, "2: stream: broken ERROR"}}) {
    clamd.answers = lines;
    const ScanAnswer answer = scan("x");
    EXPECT_EQ(answer.kind, Kind::kFailed) << testing::PrintToString(lines);
    EXPECT_NE(answer.what, "");
  }
}

TEST_F(ClamdScans, AFileThatIsTooLongForItIsNotScanned) {
  StandInClamd clamd(path_);
  clamd.longest = 100'000;
  clamd.answers = {kAlert, "2: INSTREAM size limit exceeded. ERROR"};
  EXPECT_EQ(scan(std::string(40 << 20, 'x'), 64 << 10).kind, Kind::kUnscanned);
}

TEST_F(ClamdScans, OneThatFindsNothingBeforeTheLastByteIsNotBelieved) {
  StandInClamd clamd(path_);
  clamd.longest = 1000;
  EXPECT_EQ(scan(std::string(8 << 20, 'x'), 64 << 10).kind, Kind::kFailed);
}

TEST_F(ClamdScans, NobodyThere) { EXPECT_EQ(scan("x").kind, Kind::kUnavailable); }

TEST_F(ClamdScans, OneThatHangsIsNotWaitedFor) {
  const int listening = ::socket(AF_UNIX, SOCK_STREAM, 0);  // takes connections, and never reads
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path_.copy(name.sun_path, sizeof name.sun_path - 1);
  ASSERT_EQ(::bind(listening, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(listening, 8), 0);
  EXPECT_EQ(scan("x").kind, Kind::kFailed) << "no answer";
  EXPECT_EQ(scan(std::string(16 << 20, 'x')).what, "it takes no more bytes");
  ::close(listening);
}

TEST_F(ClamdScans, WaitForTheirTurn) {
  StandInClamd clamd(path_);
  auto narrow = options();
  narrow.at_once = 1;
  ClamdScanner scanner(narrow, clock_);
  auto first = scanner.begin({});
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(scanner.begin({}), nullptr);
  first.reset();
  EXPECT_NE(scanner.begin({}), nullptr);
}

TEST_F(ClamdScans, EndWithAStop) {
  StandInClamd clamd(path_);
  clamd.answers = {};
  std::stop_source stop;
  stop.request_stop();
  CallContext context;
  context.stop = stop.get_token();
  auto patient = options();
  patient.answer = 1h;
  ClamdScanner scanner(patient, clock_);
  const auto scan = scanner.begin({});
  EXPECT_EQ(scan->finish(context).kind, Kind::kFailed);
}

}  // namespace
}  // namespace scalper
