#include "hosts/lambda/runtime_client.h"

#include <gtest/gtest.h>

#include "support/scripted_runtime_api.h"

namespace scalper::lambda {
namespace {

using Then = ScriptedRuntimeApi::Then;

RuntimeAddress address_of(const ScriptedRuntimeApi& api, const std::string& path = {}) {
  return parse_runtime_address(api.address() + path).value();
}

TEST(RuntimeAddress, TakesWhatForksAndEmulatorsWrite) {
  struct Case {
    const char* text;
    const char* host;
    const char* port;
    const char* path;
  };
  for (const Case& c :
       {Case{"127.0.0.1:9001", "127.0.0.1", "9001", ""}, Case{"host.internal", "host.internal", "80", ""},
        Case{"http://127.0.0.1:1/", "127.0.0.1", "1", ""}, Case{"[::1]:9001", "::1", "9001", ""},
        Case{"127.0.0.1:9001/functions/a/", "127.0.0.1", "9001", "/functions/a"}}) {
    const auto address = parse_runtime_address(c.text);
    ASSERT_TRUE(address.ok()) << c.text;
    EXPECT_EQ(address->host, c.host);
    EXPECT_EQ(address->port, c.port);
    EXPECT_EQ(address->path, c.path);
  }
  for (const char* text :
       {"", "https://a:1", ":9001", "a:", "a:0", "a:65536", "a:1x", "a b:1", "[::1", "a:1?x", "[::1]1"})
    EXPECT_TRUE(parse_runtime_address(text).failed_with(ErrorCode::kInvalidArgument)) << text;
}

TEST(RuntimeClient, ReadsAnEventAndItsHeaders) {
  ScriptedRuntimeApi api;
  api.event("id-1", R"({"a":1})",
            "Lambda-Runtime-Deadline-Ms: 1542409706888\r\nLAMBDA-RUNTIME-TRACE-ID: Root=1-2-3\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:x\r\n");
  RuntimeClient client(address_of(api));
  const auto event = client.next();
  ASSERT_TRUE(event.ok()) << event.error().message();
  EXPECT_EQ(event->request_id, "id-1");
  EXPECT_EQ(event->payload, R"({"a":1})");
  EXPECT_EQ(event->deadline, WallTime{Millis{1542409706888}});
  EXPECT_EQ(event->trace_id, "Root=1-2-3");
  EXPECT_EQ(event->function_arn, "arn:aws:lambda:x");
  EXPECT_EQ(api.requests().at(0).line, "GET /2018-06-01/runtime/invocation/next HTTP/1.1");
}

TEST(RuntimeClient, AsksBelowThePathOfTheAddress) {
  ScriptedRuntimeApi api;
  api.event("a/../b c", "{}");
  api.accepted();
  RuntimeClient client(address_of(api, "/functions/f"));
  ASSERT_TRUE(client.next().ok());
  ASSERT_TRUE(client.respond("a/../b c", "{}").ok());
  EXPECT_EQ(api.requests().at(0).line, "GET /functions/f/2018-06-01/runtime/invocation/next HTTP/1.1");
  EXPECT_EQ(api.requests().at(1).line,
            "POST /functions/f/2018-06-01/runtime/invocation/a%2F..%2Fb%20c/response HTTP/1.1");
}

// Each is a whole answer to /next, after which the connection ends or stays.
TEST(RuntimeClient, TakesEveryFormOfAnEvent) {
  struct Case {
    const char* bytes;
    Then then;
  };
  const std::string id = "Lambda-Runtime-Aws-Request-Id: r\r\n";
  for (const Case& c : {
           Case{"HTTP/1.0 200 OK\r\n#\r\n{\"k\":1}", Then::kClose},                          // no length at all
           Case{"HTTP/1.0 200 OK\r\n#Content-Length: 7\r\n\r\n{\"k\":1}", Then::kClose},     //
           Case{"HTTP/1.1 200 OK\r\n#\r\n{\"k\":1}", Then::kClose},                          //
           Case{"HTTP/1.1 200\r\n#content-length:7\r\n\r\n{\"k\":1}", Then::kKeep},          // no reason
           Case{"HTTP/1.1 200 OK\n#Content-Length: 7\n\n{\"k\":1}", Then::kKeep},            // bare line feeds
           Case{"\r\nHTTP/1.1 200 OK\r\n#Content-Length: 7\r\n\r\n{\"k\":1}", Then::kKeep},  // an empty line first
           Case{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n#Content-Length: 7\r\n\r\n{\"k\":1}", Then::kKeep},
           Case{
               "HTTP/1.1 200 OK\r\n#Transfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\"k\r\n4\r\n\":1}\r\n0\r\nT: 1\r\n\r\n",
               Then::kKeep},
       }) {
    std::string bytes = c.bytes;
    bytes.replace(bytes.find('#'), 1, id);
    ScriptedRuntimeApi api;
    api.answer(bytes, c.then);
    RuntimeClient client(address_of(api));
    const auto event = client.next();
    ASSERT_TRUE(event.ok()) << bytes << ": " << event.error().message();
    EXPECT_EQ(event->payload, "{\"k\":1}") << bytes;
    EXPECT_EQ(event->request_id, "r");
    EXPECT_EQ(event->deadline, std::nullopt);
    EXPECT_EQ(event->trace_id, "");
  }
}

TEST(RuntimeClient, TakesNoBrokenAnswerForAnEvent) {
  struct Case {
    const char* bytes;
    Then then;
    ErrorCode code;
  };
  const auto corrupt = ErrorCode::kCorrupt;
  for (const Case& c : {
           Case{"", Then::kClose, ErrorCode::kUnavailable},
           Case{"", Then::kReset, ErrorCode::kUnavailable},
           Case{"HTTP/1.1 500 Container error\r\nContent-Length: 0\r\n\r\n", Then::kKeep, ErrorCode::kUnavailable},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Then::kKeep, corrupt},  // no request id
           Case{"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-", Then::kClose, corrupt},
           Case{"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: 9\r\n\r\n{}", Then::kClose,
                corrupt},
           Case{"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: 9\r\n\r\n{}", Then::kReset,
                corrupt},
           Case{"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: -2\r\n\r\n{}", Then::kKeep,
                corrupt},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", Then::kKeep, corrupt},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Then::kKeep, corrupt},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n", Then::kClose, corrupt},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", Then::kKeep, corrupt},
           Case{"HTTP/2 200 OK\r\n\r\n", Then::kKeep, corrupt},
           Case{"HTTP/1.1 99 Low\r\n\r\n", Then::kKeep, corrupt},
           Case{"SSH-2.0-OpenSSH\r\n\r\n", Then::kKeep, corrupt},
           Case{"HTTP/1.1 200 OK\r\n: nameless\r\n\r\n", Then::kKeep, corrupt},
       }) {
    ScriptedRuntimeApi api;
    api.answer(c.bytes, c.then);
    RuntimeClient client(address_of(api));
    const auto event = client.next();
    EXPECT_TRUE(event.failed_with(c.code)) << c.bytes << ": " << (event.ok() ? "ok" : event.error().message());
  }
}

TEST(RuntimeClient, EndlessHeadersAreRefused) {
  ScriptedRuntimeApi api;
  api.answer("HTTP/1.1 200 OK\r\nA: " + std::string(200000, 'x'), Then::kKeep);
  RuntimeClient client(address_of(api));
  EXPECT_TRUE(client.next().failed_with(ErrorCode::kCorrupt));
}

// Each is an answer to /response that takes it.
TEST(RuntimeClient, TakesEveryFormOfAcceptance) {
  struct Case {
    const char* bytes;
    Then then;
    Taken taken;
  };
  for (const Case& c : {
           Case{"HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}", Then::kKeep, Taken::kYes},
           Case{"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", Then::kKeep, Taken::kYes},
           Case{"HTTP/1.1 202 Accepted\r\n\r\n", Then::kKeep, Taken::kYes},  // no length, and it does not close
           Case{"HTTP/1.0 202 Accepted\r\n\r\nOK", Then::kClose, Taken::kYes},
           Case{"HTTP/1.1 204 No Content\r\n\r\n", Then::kKeep, Taken::kYes},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", Then::kClose, Taken::kYes},
           Case{"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", Then::kKeep, Taken::kTooLate},
           Case{"HTTP/1.1 403 Forbidden\r\n\r\n", Then::kClose, Taken::kTooLate},
       }) {
    ScriptedRuntimeApi api;
    api.answer(c.bytes, c.then);
    api.event("next", "{}");
    RuntimeClient client(address_of(api));
    const auto taken = client.respond("r", "{\"x\":1}");
    ASSERT_TRUE(taken.ok()) << c.bytes << taken.error().message();
    EXPECT_EQ(*taken, c.taken) << c.bytes;
    const auto event = client.next();  // whatever lay on that connection is not taken for this answer
    ASSERT_TRUE(event.ok()) << c.bytes << event.error().message();
    EXPECT_EQ(event->request_id, "next");
    EXPECT_EQ(api.requests().at(0).body, "{\"x\":1}");
  }
}

TEST(RuntimeClient, MakesACutAnswerAgain) {
  ScriptedRuntimeApi api;
  api.answer("", Then::kReset);
  api.answer("HTTP/1.1 503 Slow\r\nContent-Length: 0\r\n\r\n");
  api.answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");  // the first had been taken after all
  RuntimeClient client(address_of(api));
  const auto taken = client.respond("r", "{}");
  ASSERT_TRUE(taken.ok()) << taken.error().message();
  EXPECT_EQ(*taken, Taken::kTooLate);
  EXPECT_EQ(api.requests().size(), 3U);
}

TEST(RuntimeClient, GivesUpAfterAFewTries) {
  ScriptedRuntimeApi api;
  for (int i = 0; i < 3; ++i) api.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  RuntimeClient client(address_of(api));
  EXPECT_TRUE(client.respond("r", "{}").failed_with(ErrorCode::kUnavailable));
}

TEST(RuntimeClient, PreventsAnswersThatAreTooLarge) {
  ScriptedRuntimeApi api;
  api.accepted();
  api.answer("HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n");
  RuntimeClient client(address_of(api));
  EXPECT_TRUE(client.respond("r", std::string(kMaxAnswer + 1, ' ')).failed_with(ErrorCode::kInvalidArgument));
  EXPECT_TRUE(client.respond("r", std::string(kMaxAnswer, ' ')).ok());
  EXPECT_TRUE(client.respond("r", "{}").failed_with(ErrorCode::kInvalidArgument));
  ASSERT_EQ(api.requests().size(), 2U);
  EXPECT_EQ(api.requests().at(0).body.size(), kMaxAnswer);
}

TEST(RuntimeClient, TellsFailuresWithTheirType) {
  ScriptedRuntimeApi api;
  api.accepted();
  api.accepted();
  RuntimeClient client(address_of(api));
  const Error error{ErrorCode::kUnavailable, "the table\nis away \x1b[31m"};
  ASSERT_TRUE(client.fail("r", failure_of(error)).ok());
  ASSERT_TRUE(client.fail_init({"Scalper.Configuration", "no table"}).ok());
  const auto asked = api.requests();
  EXPECT_EQ(asked.at(0).line, "POST /2018-06-01/runtime/invocation/r/error HTTP/1.1");
  EXPECT_NE(asked.at(0).head.find("Lambda-Runtime-Function-Error-Type: Scalper.unavailable"), std::string::npos);
  EXPECT_EQ(asked.at(0).body,
            R"({"errorMessage":"the table\\nis away \\x1B[31m","errorType":"Scalper.unavailable","stackTrace":[]})");
  EXPECT_EQ(asked.at(1).line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
}

TEST(RuntimeClient, KeepsOneConnectionAndMakesAClosedOneAnew) {
  ScriptedRuntimeApi api;
  api.event("1", "{}");
  api.accepted();
  api.event("2", "{}");
  api.answer("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", Then::kClose);  // it does not say so
  api.event("3", "{}");
  RuntimeClient client(address_of(api));
  ASSERT_TRUE(client.next().ok());
  ASSERT_TRUE(client.respond("1", "{}").ok());
  ASSERT_TRUE(client.next().ok());
  ASSERT_TRUE(client.respond("2", "{}").ok());
  EXPECT_EQ(api.connections(), 1);
  const auto event = client.next();
  ASSERT_TRUE(event.ok()) << event.error().message();
  EXPECT_EQ(event->request_id, "3");
  EXPECT_EQ(api.connections(), 2);
}

}  // namespace
}  // namespace scalper::lambda
