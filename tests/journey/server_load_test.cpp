// What many requests at once, or long ones, may take from the others.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "api/problem.h"
#include "support/raw_http.h"
#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }

TEST(ServerLoad, HoldsSoManyBytesOfBodiesAndNoMore) {
  ServerLimits limits;
  limits.bodies = 300'000;
  ServedGate served(limits);
  const auto begun = [&](const string& more) { return "POST /v1/check HTTP/1.1\r\n" + served.host() + more + "\r\n"; };
  std::vector<std::unique_ptr<RawConnection>> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(std::make_unique<RawConnection>(served.server->port()));
    open.back()->send(begun("Content-Length: 140000\r\nExpect: 100-continue\r\n"));
    ASSERT_EQ(status_of(open.back()->answer()), "100");
  }
  for (const auto* more : {"Content-Length: 140000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const string refused = served.once(begun(more));
    EXPECT_EQ(status_of(refused), "503") << more;
    EXPECT_NE(refused.find("too_many_uploads"), string::npos) << refused;
    EXPECT_NE(refused.find("Retry-After: "), string::npos) << refused;
  }
  EXPECT_NE(status_of(served.once(begun("Content-Length: 2\r\n") + "[]")), "503") << "small ones go on";
  open.front()->send(string(140'000, ' '));
  EXPECT_NE(status_of(open.front()->answer()), "503");
  EXPECT_NE(status_of(served.once(begun("Content-Length: 140000\r\n") + string(140'000, ' '))), "503");
}

TEST(ServerLoad, KeepsLongCallsFromTheThreadsOfTheOthers) {
  ServerLimits limits;
  limits.operations = 2;
  std::promise<void> go_on;
  const std::shared_future<void> gone_on = go_on.get_future().share();
  ServedGate served(limits, [&](const api::RequestHead& head, ByteSource&, const CallContext&) -> api::Reply {
    if (api::takes_long(head)) gone_on.wait();
    api::Complete done;
    done.status = 200;
    return done;
  });
  const string sweep = "POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 0\r\n\r\n";
  std::vector<std::unique_ptr<RawConnection>> waiting;
  for (int i = 0; i < 8; ++i) {  // more than there are threads of any kind
    waiting.push_back(std::make_unique<RawConnection>(served.server->port()));
    waiting.back()->send(sweep);
  }
  EXPECT_EQ(status_of(served.once(served.get("/v1/health"))), "200");
  EXPECT_EQ(status_of(served.once(served.get("/v1/files"))), "200");
  const string refused = served.once(sweep);
  EXPECT_EQ(status_of(refused), "503");
  EXPECT_NE(refused.find("too_many_operations"), string::npos);
  go_on.set_value();
  int done = 0;
  for (const auto& one : waiting) done += status_of(one->answer()) == "200" ? 1 : 0;
  EXPECT_EQ(done, 2);
}

// Nobody is known to have sent what could not be read.
TEST(ServerLoad, TellsOfNobodyWhereTheHeadCannotBeRead) {
  std::promise<api::Role> told;
  ServedGate served({}, nullptr, [&](ServerOptions& options) {
    options.on_turned_away = [&](const api::RequestHead& head, int, const string&) { told.set_value(head.role); };
  });
  EXPECT_EQ(status_of(served.once("no HTTP at all\r\n\r\n")), "400");
  EXPECT_EQ(told.get_future().get(), api::Role::kNone);
}

TEST(ServerLoad, KnowsWhichCallsTakeLong) {
  const auto takes_long = [](const string& method, const string& target) {
    api::RequestHead head;
    head.method = method;
    head.target = target;
    return api::takes_long(head);
  };
  EXPECT_TRUE(takes_long("POST", "/v1/admin/audit"));
  EXPECT_TRUE(takes_long("POST", "/v1/webhooks/abc/test"));
  EXPECT_FALSE(takes_long("GET", "/v1/health"));
  EXPECT_FALSE(takes_long("PUT", "/v1/files/admin/audit"));
}

}  // namespace
}  // namespace scalper::server
