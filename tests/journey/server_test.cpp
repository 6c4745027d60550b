#include "hosts/server/server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "api/problem.h"
#include "model/file_id.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/raw_http.h"
#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;

std::size_t threads_of_this_process() {
  std::size_t count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) count += task.is_directory() ? 1 : 0;
  return count;
}

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }

TEST(Server, AnswersOnBothDoors) {
  ServedGate served;
  const string health = served.once(served.get("/v1/health"));
  EXPECT_EQ(status_of(health), "200");
  EXPECT_NE(health.find("Content-Type: application/json"), string::npos);
  EXPECT_NE(health.find("X-Content-Type-Options: nosniff"), string::npos);
  EXPECT_EQ(status_of(served.once(served.get("/metrics"))), "200");
  EXPECT_EQ(status_of(served.once("POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 0\r\n\r\n")),
            "200");
  RawConnection local(served.path);
  local.send(
      "POST /v1/admin/sweep HTTP/1.1\r\nHost: gate\r\nContent-Length: "
      "0\r\n\r\n");
  EXPECT_EQ(status_of(local.answer()), "200");
  struct stat status {};
  ASSERT_EQ(::stat(served.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(Server, KeepsAConnectionAlive) {
  ServedGate served;
  RawConnection connection(served.server->port());
  for (int i = 0; i < 3; ++i) {
    connection.send(served.get("/v1/health"));
    EXPECT_EQ(status_of(connection.answer()), "200");
  }
  connection.send(served.get("/v1/health") + served.get("/v1/files"));  // both at once
  EXPECT_EQ(status_of(connection.answer()), "200");
  EXPECT_EQ(status_of(connection.answer()), "200");
  connection.send("HEAD /v1/health HTTP/1.1\r\n" + served.host() + "\r\n");
  EXPECT_EQ(status_of(connection.answer(true)), "200");
  connection.send(served.get("/v1/health", "Connection: close\r\n"));
  EXPECT_EQ(status_of(connection.answer()), "200");
  EXPECT_EQ(connection.rest(), "");
}

TEST(Server, RefusesByTable) {
  ServedGate served;
  const string port = std::to_string(served.server->port());
  struct Case {
    string bytes;
    const char* status;
  };
  const std::vector<Case> cases = {
      {"GET /v1/health HTTP/1.1\r\nHost: evil.example:" + port + "\r\n\r\n", "421"},
      {"GET /v1/health HTTP/1.1\r\nHost: localhost:1\r\n\r\n", "421"},
      {"GET /v1/health HTTP/1.1\r\n\r\n", "400"},
      {"GET /v1/health HTTP/1.1\r\n" + served.host() + served.host() + "\r\n", "400"},
      {"GET /v1/health HTTP/1.1\r\n" + served.host() + "X: " + string(20000, 'x') + "\r\n\r\n", "431"},
      {"POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 99999999\r\n\r\n", "413"},
      {"POST /v1/x HTTP/1.1\r\n" + served.host() + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400"},
      {"POST /v1/x HTTP/1.1\r\n" + served.host() + "Content-Length: -1\r\n\r\n", "400"},
      {"POST /v1/x HTTP/1.1\r\n" + served.host() + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
       "400"},
      {"GET /v1/health HTTP/1.1\r\n" + served.host() + " folded: x\r\n\r\n", "421"},
      {"GET /v1/ health HTTP/1.1\r\n" + served.host() + "\r\n", "400"},
      {"GET http://localhost/v1/health HTTP/1.1\r\n" + served.host() + "\r\n", "400"},
      {"\x16\x03\x01\x02\x00 hello tls\r\n\r\n", "400"},
      {"GET /v1/nothing HTTP/1.1\r\n" + served.host() + "\r\n", "404"},
      {"BREW /v1/health HTTP/1.1\r\n" + served.host() + "\r\n", "405"},
  };
  for (const Case& c : cases) EXPECT_EQ(status_of(served.once(c.bytes)), c.status) << c.bytes.substr(0, 120);
}

TEST(Server, ClosesConnectionsThatAreTooSlow) {
  ServerLimits limits;
  limits.header = limits.body = limits.idle = std::chrono::milliseconds(150);
  ServedGate served(limits);
  RawConnection header(served.server->port());
  header.send("GET /v1/health HT");
  EXPECT_EQ(header.rest(), "");
  RawConnection body(served.server->port());
  body.send("POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 10\r\n\r\n{");
  EXPECT_EQ(body.rest(), "");
  RawConnection idle(served.server->port());
  EXPECT_EQ(idle.rest(), "");
  EXPECT_EQ(status_of(served.once(served.get("/v1/health"))), "200");
}

TEST(Server, TurnsAwayWhatIsTooMuch) {
  ServerLimits limits;
  limits.connections = 2;
  ServedGate served(limits);
  RawConnection one(served.server->port());
  RawConnection two(served.server->port());
  one.send(served.get("/v1/health"));
  two.send(served.get("/v1/health"));
  EXPECT_EQ(status_of(one.answer()), "200");
  EXPECT_EQ(status_of(two.answer()), "200");
  RawConnection three(served.server->port());
  const string turned_away = three.rest();
  EXPECT_EQ(status_of(turned_away), "503");
  EXPECT_NE(turned_away.find("application/problem+json"), string::npos);
  EXPECT_NE(turned_away.find("\"code\":\"too_many_connections\""), string::npos);
  one.send(served.get("/v1/health"));
  EXPECT_EQ(status_of(one.answer()), "200");
}

TEST(Server, ReadersDoNotKeepOperatorsOut) {
  ServerLimits limits;
  limits.connections = 1;
  ServedGate served(limits);
  RawConnection reader(served.server->port());
  reader.send(served.get("/v1/health"));
  EXPECT_EQ(status_of(reader.answer()), "200");
  RawConnection next(served.server->port());
  EXPECT_EQ(status_of(next.rest()), "503");
  RawConnection local(served.path);
  local.send("GET /v1/queue HTTP/1.1\r\nHost: gate\r\n\r\n");
  EXPECT_EQ(status_of(local.answer()), "200");
}

TEST(Server, StreamsWithAndWithoutALength) {
  const string text(200000, 'x');
  ServedGate served({}, [&](const api::RequestHead& head, ByteSource&, const CallContext&) {
    api::Stream stream;
    if (head.target == "/sized") stream.size = text.size();
    const bool breaks = head.target == "/broken";
    if (breaks) stream.size = text.size() + 1;
    stream.body = std::make_unique<TextSource>(
        text, SIZE_MAX, breaks ? std::optional(Error(ErrorCode::kCorrupt, "gone")) : std::nullopt);
    return api::Reply(std::move(stream));
  });
  const auto body_of = [&](const string& target) {
    RawConnection connection(served.server->port());
    connection.send(served.get(target, "Connection: close\r\n"));
    const string all = connection.rest();
    return all.substr(all.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(body_of("/sized"), text);
  EXPECT_TRUE(body_of("/chunked").ends_with("x\r\n0\r\n\r\n"));
  EXPECT_EQ(body_of("/broken").size(), text.size()) << "breaks off short of its length";
}

// Ten seconds pass at every piece, which is what a reader far away makes of a large file.
class SlowSource final : public ByteSource {
 public:
  SlowSource(FakeClock& clock, std::size_t pieces) : clock_(clock), left_(pieces) {}
  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    if (context.deadline <= clock_.mono_now()) return Error(ErrorCode::kTimeout, "over");
    if (left_ == 0) return std::size_t{0};
    clock_.advance(std::chrono::seconds(10));
    --left_;
    into[0] = std::byte{'x'};
    return std::size_t{1};
  }

 private:
  FakeClock& clock_;
  std::size_t left_;
};

TEST(Server, AnswersThatGoOnMayTakeLongAsAWhole) {
  constexpr std::size_t kPieces = 30;
  FakeClock* clock = nullptr;
  ServedGate served({}, [&](const api::RequestHead&, ByteSource&, const CallContext&) {
    api::Stream stream;
    stream.size = kPieces;
    stream.body = std::make_unique<SlowSource>(*clock, kPieces);
    return api::Reply(std::move(stream));
  });
  clock = &served.memory.clock;
  const string all = served.once(served.get("/v1/files/x/content"));
  EXPECT_TRUE(all.ends_with("\r\n\r\n" + string(kPieces, 'x'))) << all;
}

TEST(Server, SaysThatThePortIsTaken) {
  ServedGate served;
  const ListenAddress taken{"127.0.0.1", served.server->port()};
  EXPECT_TRUE(
      Server::open({taken, "", {}, {}, {}}, nullptr, served.memory.clock).failed_with(ErrorCode::kAlreadyExists));
}

// A waiting request: asked, told to wait, woken.
TEST(ServerThreads, AnswersWaitersWhenTheirFileBecomesFinal) {
  const FileId id{string(26, 'a')};
  std::mutex mutex;
  bool done = false;
  int asked = 0;
  ServedGate served({}, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
    const std::lock_guard lock(mutex);
    ++asked;
    if (done) return api::Complete{200, api::kJson, "done", {}};
    if (head.may_wait) return api::WaitFor{id, std::chrono::seconds(20)};
    return api::Complete{200, api::kJson, "not yet", {}};
  });
  RawConnection connection(served.server->port());
  connection.send(served.get("/v1/files/x?wait=20"));
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {  // until the second question, when it is on the list
    {
      const std::lock_guard lock(mutex);
      if (asked >= 2) {
        done = true;
        break;
      }
    }
    std::this_thread::yield();
  }
  served.server->notify(id);
  EXPECT_TRUE(connection.answer().ends_with("done"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(ServerThreads, LetsSoManyWaitAndNoMore) {
  std::atomic<int> waiting{0};
  ServerLimits limits;
  limits.waiting = 2;
  ServedGate served(limits, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
    if (head.target == "/v1/health") return api::Complete{200, api::kJson, "well", {}};
    if (!head.may_wait) return api::Complete{200, api::kJson, "not yet", {}};
    ++waiting;
    return api::WaitFor{FileId{string(26, 'a')}, std::chrono::seconds(20)};
  });
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 2; ++i) {
    connections.push_back(std::make_unique<RawConnection>(served.server->port()));
    connections.back()->send(served.get("/v1/files/x?wait=20"));
    while (waiting < 2 * (i + 1)) std::this_thread::yield();  // asked twice: it is on the list
  }
  const string refused = served.once(served.get("/v1/files/x?wait=20"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused;
  EXPECT_NE(refused.find("Retry-After: 5\r\n"), string::npos) << refused;
  EXPECT_TRUE(served.once(served.get("/v1/health")).ends_with("well"));
}

// 1,000 wait, and the next one is told so; each is answered as soon as its file is there.
TEST(ServerThreads, LetsAThousandWaitWithoutAThreadForEach) {
  constexpr int kMany = 1000;
  std::atomic<int> asked{0};
  std::atomic<bool> done{false};
  ServedGate served({}, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
    if (done || !head.may_wait) return api::Complete{200, api::kJson, done ? "done" : "not yet", {}};
    ++asked;
    return api::WaitFor{FileId{string(26, 'a')}, std::chrono::seconds(25)};
  });
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < kMany; ++i) {
    connections.push_back(std::make_unique<RawConnection>(served.path));
    connections.back()->send(served.get("/v1/files/x?wait=25"));
  }
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (asked < 2 * kMany && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  ASSERT_GE(asked, 2 * kMany) << "each asked twice: it is on the list";
  EXPECT_LT(threads_of_this_process(), 64U);
  const string refused = served.once(served.get("/v1/files/x?wait=25"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused;
  done = true;
  served.server->notify(FileId{string(26, 'a')});
  for (const auto& connection : connections) ASSERT_TRUE(connection->answer().ends_with("done"));
}

// Answers that go on: `next` says pieces, a notice brings the next one.
struct Followed {
  std::mutex mutex;
  std::vector<string> pieces;
  int asked = 0;
  api::Follow follow(Millis at_most) {
    return {"text/event-stream",
            [this](const CallContext&) -> Result<api::Follow::Piece> {
              const std::lock_guard lock(mutex);
              ++asked;
              if (pieces.empty()) return api::Follow::Piece{};
              api::Follow::Piece piece{pieces.front(), pieces.size() > 1};
              pieces.erase(pieces.begin());
              return piece;
            },
            ":\n\n",
            at_most,
            {{"traceresponse", "00-1-2-00"}}};
  }
  void say(std::vector<string> next) {
    const std::lock_guard lock(mutex);
    pieces = std::move(next);
  }
  void until_asked(int times) {
    for (;;) {
      {
        const std::lock_guard lock(mutex);
        if (asked >= times) return;
      }
      std::this_thread::yield();
    }
  }
};

TEST(ServerThreads, GoesOnWithAnAnswerWhenAFileBecomesFinal) {
  Followed followed;
  followed.say({"one", "two"});
  ServedGate served({}, [&](const api::RequestHead&, ByteSource&, const CallContext&) -> api::Reply {
    return followed.follow(std::chrono::seconds(60));
  });
  RawConnection connection(served.server->port());
  connection.send(served.get("/v1/events"));
  const string head = connection.until("two\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), string::npos) << head;
  EXPECT_NE(head.find("\r\ntraceresponse: 00-"), string::npos) << head;
  EXPECT_NE(head.find("\r\nX-Request-Id: "), string::npos) << head;
  EXPECT_NE(head.find("3\r\none\r\n3\r\ntwo\r\n"), string::npos) << head;
  followed.say({"three"});
  served.server->notify(FileId{string(26, 'b')});
  EXPECT_EQ(connection.until("three\r\n"), "5\r\nthree\r\n");
  served.server->stop();
  EXPECT_EQ(connection.rest(), "0\r\n\r\n") << "an orderly end";
}

TEST(ServerThreads, EndsAnAnswerThatGoesOnWhenItsTimeIsOver) {
  Followed followed;
  followed.say({"all"});
  ServedGate served({}, [&](const api::RequestHead&, ByteSource&, const CallContext&) -> api::Reply {
    return followed.follow(Millis{0});
  });
  RawConnection connection(served.server->port());
  connection.send(served.get("/v1/events?wait=0"));
  EXPECT_TRUE(connection.until("0\r\n\r\n").ends_with("\r\n\r\n3\r\nall\r\n0\r\n\r\n"));
  connection.send(served.get("/v1/events?wait=0"));
  EXPECT_TRUE(connection.until("0\r\n\r\n").ends_with("\r\n\r\n0\r\n\r\n")) << "the connection lives on";
}

TEST(ServerThreads, LetsSoManyFollowAndNoMore) {
  Followed followed;
  ServerLimits limits;
  limits.following = 2;
  ServedGate served(limits, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
    if (head.target == "/v1/health") return api::Complete{200, api::kJson, "well", {}};
    return followed.follow(std::chrono::seconds(60));
  });
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 2; ++i) {
    connections.push_back(std::make_unique<RawConnection>(served.server->port()));
    connections.back()->send(served.get("/v1/events"));
    followed.until_asked(i + 1);
  }
  const string refused = served.once(served.get("/v1/events"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused;
  EXPECT_TRUE(served.once(served.get("/v1/health")).ends_with("well"));
}

// Their answers are cut in the middle of a piece, which no socket takes whole; what they stand on ends after them.
TEST(ServerThreads, EndsWithFollowersThatDoNotRead) {
  constexpr std::size_t kMoreThanASocketTakes = std::size_t{64} << 20;
  Followed followed;
  followed.say({string(kMoreThanASocketTakes, 'x'), string(kMoreThanASocketTakes, 'y'), "never"});
  ServerLimits limits;
  limits.grace = std::chrono::milliseconds{20};
  auto served =
      std::make_unique<ServedGate>(limits, [&](const api::RequestHead&, ByteSource&, const CallContext&) -> api::Reply {
        return followed.follow(std::chrono::seconds(60));
      });
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 2; ++i) {
    connections.push_back(std::make_unique<RawConnection>(served->server->port()));
    connections.back()->send(served->get("/v1/events"));
    followed.until_asked(i + 1);
  }
  served.reset();
  for (const auto& connection : connections) {
    const string got = connection->rest();
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 ")) << got.substr(0, 100);
    EXPECT_LT(got.size(), kMoreThanASocketTakes);
  }
  EXPECT_EQ(followed.asked, 2) << "each was in its first piece";
}

TEST(ServerThreads, AnswersWaitersWhenItStops) {
  std::promise<void> asked;
  std::atomic<bool> said{false};
  auto served = std::make_unique<ServedGate>(
      ServerLimits{}, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
        if (!said.exchange(true)) asked.set_value();
        if (head.may_wait) return api::WaitFor{FileId{string(26, 'a')}, std::chrono::seconds(20)};
        return api::Complete{200, api::kJson, "not yet", {}};
      });
  RawConnection connection(served->server->port());
  connection.send(served->get("/v1/files/x?wait=20"));
  asked.get_future().wait();
  served.reset();
  EXPECT_TRUE(connection.rest().ends_with("not yet"));
}

TEST(ServerThreads, ManyAtOnce) {
  ServedGate served;
  std::vector<std::thread> clients;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      RawConnection connection(served.server->port());
      for (int k = 0; k < 20; ++k) {
        connection.send(served.get("/v1/health"));
        if (status_of(connection.answer()) == "200") ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 160);
}

}  // namespace
}  // namespace scalper::server
