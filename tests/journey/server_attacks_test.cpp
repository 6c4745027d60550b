// What a hostile client sends. Refused means: an answer of 4xx, or none, and a connection that ends; what stands behind
// the request is never taken for another one.

#include <gtest/gtest.h>

#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }

// By their status lines: problems speak of "HTTP/1.1 request" too.
std::size_t answers_in(const string& bytes) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find("HTTP/1.1 "); at != string::npos; at = bytes.find("HTTP/1.1 ", at + 1))
    if (at + 9 < bytes.size() && bytes[at + 9] >= '1' && bytes[at + 9] <= '5') ++count;
  return count;
}

// One malformed request with a good one behind it, which only a reader that disagrees about the first one's end finds.
TEST(ServerAttacks, NoRequestIsSmuggledBehindAnother) {
  ServedGate served;
  const string inner = served.get("/v1/files", "X-Smuggled: 1\r\n");
  const string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
  const string chunk = "5\r\nhello\r\n0\r\n\r\n";
  struct Case {
    const char* name;
    string headers;
    string body;
  };
  const std::vector<Case> cases = {
      {"CL and TE", length + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"},
      {"TE and CL", "Transfer-Encoding: chunked\r\n" + length, "0\r\n\r\n"},
      {"two lengths", "Content-Length: 0\r\n" + length, ""},
      {"the same length twice", "Content-Length: 0\r\nContent-Length: 0\r\n", ""},
      {"a list of lengths", "Content-Length: 0, 0\r\n", ""},
      {"a signed length", "Content-Length: +0\r\n", ""},
      {"a negative length", "Content-Length: -1\r\n", ""},
      {"a hexadecimal length", "Content-Length: 0x0\r\n", ""},
      {"a length of words", "Content-Length: zero\r\n", ""},
      {"a length past 64 bits", "Content-Length: 18446744073709551616\r\n", ""},
      {"another coding", "Transfer-Encoding: gzip\r\n", ""},
      {"xchunked", "Transfer-Encoding: xchunked\r\n", ""},
      {"chunked twice", "Transfer-Encoding: chunked, chunked\r\n", chunk},
      {"chunked, then identity", "Transfer-Encoding: chunked, identity\r\n", ""},
      {"identity", "Transfer-Encoding: identity\r\n", ""},
      {"two codings", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunk},
      {"a vertical tab",
       "Transfer-Encoding: \x0b"
       "chunked\r\n",
       chunk},
      {"space before the colon", "Transfer-Encoding : chunked\r\n", chunk},
      {"a tab before the colon", "Content-Length\t: 0\r\n", ""},
      {"a fold",
       "X: a\r\n Transfer-Encoding: chunked\r\n"
       "Transfer-Encoding:\r\n chunked\r\n X\r\n",
       chunk},
      {"no chunk size", "Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"},
      {"a negative chunk", "Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n"},
      {"a chunk past 64 bits", "Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"0x before a chunk", "Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"a chunk longer than said", "Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n"},
      {"a bare LF behind a chunk size", "Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"},
      {"a bare LF in the header", "X: a\nTransfer-Encoding: chunked\r\n", chunk},
      {"a bare CR in the header", "X: a\rTransfer-Encoding: chunked\r\n", chunk},
      {"NUL in a header", string("X: a\0b\r\n", 9), ""},
      {"no name", ": x\r\n", ""},
      {"no colon", "X\r\n", ""},
  };
  for (const Case& c : cases) {
    RawConnection connection(served.server->port());
    connection.send("POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + c.headers + "\r\n" + c.body + inner);
    const string all = connection.rest();
    EXPECT_LE(answers_in(all), 1U) << c.name << "\n" << all;
    EXPECT_TRUE(all.empty() || status_of(all)[0] == '4') << c.name << "\n" << all;
  }
  RawConnection old(served.server->port());
  old.send("POST /v1/admin/sweep HTTP/1.0\r\n" + served.host() + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner);
  EXPECT_EQ(status_of(old.rest()), "400") << "HTTP/1.0 has no chunks";
}

TEST(ServerAttacks, TargetsAndMethodsOfOtherShapesAreRefused) {
  ServedGate served;
  const auto first_line = [&](const string& line) { return served.once(line + "\r\n" + served.host() + "\r\n"); };
  for (const char* line : {"GET http://localhost/v1/queue HTTP/1.1",
                           "GET //v1/queue HTTP/1.1",
                           "GET /v1/../v1/queue HTTP/1.1",
                           "GET /v1/%2e%2e/v1/queue HTTP/1.1",
                           "GET /v1%2Fqueue HTTP/1.1",
                           "GET /v1/queue/ HTTP/1.1",
                           "GET /v1\\queue HTTP/1.1",
                           "GET /v1/queue%00 HTTP/1.1",
                           "GET /v1/queue;a=b HTTP/1.1",
                           "GET /V1/QUEUE HTTP/1.1",
                           "GET /v1/queue#x HTTP/1.1",
                           "GET * HTTP/1.1",
                           "CONNECT localhost:1 HTTP/1.1",
                           "TRACE /v1/queue HTTP/1.1",
                           "get /v1/queue HTTP/1.1",
                           "GET  /v1/queue HTTP/1.1",
                           "GET /v1/queue  HTTP/1.1",
                           "GET /v1/queue HTTP/2.0",
                           "GET /v1/queue HTTP/1.1 x",
                           "GET /v1/queue",
                           "PRI * HTTP/2.0",
                           "GET /v1/queue?x=%zz HTTP/1.1"}) {
    const string answer = first_line(line);
    EXPECT_TRUE(answer.empty() || status_of(answer)[0] == '4') << line << "\n" << answer;
  }
  for (const char* header :
       {"X-HTTP-Method-Override: POST", "X-Original-URL: /v1/admin/sweep", "X-Rewrite-URL: /v1/queue"})
    EXPECT_EQ(status_of(served.once(served.get("/v1/health", string(header) + "\r\n"))), "200")
        << "it is what its first line says";
}

TEST(ServerAttacks, WhatIsTooLongIsRefusedBeforeItIsRead) {
  ServedGate served;
  EXPECT_EQ(status_of(served.once(served.get("/" + string(9000, 'a')))), "414");
  EXPECT_EQ(status_of(served.once(served.get("/v1/health", "X: " + string(20000, 'x') + "\r\n"))), "431");
  string many;
  for (int i = 0; i < 4000; ++i) many += "a:b\r\n";
  EXPECT_EQ(status_of(served.once(served.get("/v1/health", many))), "431");
  const string viewer = ServedGate::bearer(served.token(Role::kViewer));
  const auto post = [&](const string& who, std::size_t size) {
    return "POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + who + "Content-Length: " + std::to_string(size) +
           "\r\n\r\n";
  };
  // No byte of the bodies is sent: the answer comes all the same.
  EXPECT_EQ(status_of(served.once(post("", std::size_t{1} << 40))), "413");
  EXPECT_EQ(status_of(served.once(post(viewer, 100000))), "413") << "a viewer may send less than an operator";
  EXPECT_EQ(status_of(served.once(post("X-Forwarded-For: 1.2.3.4\r\n", 100000))), "401") << "and nobody nothing";
}

TEST(ServerAttacks, SlowSendersEndAndKeepNobodyOut) {
  ServerLimits limits;
  limits.header = limits.body = limits.idle = std::chrono::milliseconds(200);
  limits.connections = 4;
  ServedGate served(limits);
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (const string& begun :
       {string("GET /v1/health HTTP/1.1\r\nX: "),
        "POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 10\r\n\r\n{",
        "POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Transfer-Encoding: chunked\r\n\r\n1\r\n", string("G")}) {
    slow.push_back(std::make_unique<RawConnection>(served.server->port()));
    slow.back()->send(begun);
  }
  for (const auto& connection : slow) {
    const string all = connection->rest();
    EXPECT_TRUE(all.empty() || status_of(all)[0] == '4') << all;
  }
  EXPECT_EQ(status_of(served.once(served.get("/v1/health"))), "200");
}

// Nothing that a client sent is sent back as a header, and no credential is sent back at all.
TEST(ServerAttacks, HeadersAndSecretsAreNotEchoed) {
  ServedGate served;
  const string secret = new_token_text().value();
  for (const string& bytes :
       {served.get("/v1/files", ServedGate::bearer(secret)), served.get("/v1/files?token=" + secret),
        served.get("/v1/" + secret), served.get("/v1/files/" + secret),
        "DELETE /v1/admin/tokens/" + secret + " HTTP/1.1\r\n" + served.host() + "Content-Length: 0\r\n\r\n",
        served.get("/v1/files?x=%0d%0aSet-Cookie:%20a=b", "Origin: http://localhost\r\nX-Request-Id: a\r\n")}) {
    const string answer = served.once(bytes);
    EXPECT_EQ(status_of(answer)[0], '4') << answer;
    EXPECT_EQ(answer.find(secret), string::npos) << answer;
    EXPECT_EQ(answer.find("Set-Cookie: "), string::npos) << answer;
    EXPECT_EQ(answer.find("X-Request-Id: a\r\n"), string::npos);
  }
}

}  // namespace
}  // namespace scalper::server
