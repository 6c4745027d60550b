#include "api/idempotency.h"

#include <gtest/gtest.h>

#include <utility>

#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

struct Idempotency : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  string release(const FileId& id, const string& note) {
    const auto answer = client.json("POST", "/v1/files/" + id.value() + "/release", R"({"note":")" + note + R"("})");
    return boost::json::serialize(answer);
  }
  std::size_t entries() { return client.get("/v1/audit?limit=100").at("entries").as_array().size(); }
};

TEST_F(Idempotency, TheSameRequestIsDoneOnceAndAnsweredAgain) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  client.headers["idempotency-key"] = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"";
  const string first = release(id, "yes");
  ASSERT_EQ(client.status, 202);
  const string etag = client.answer_headers["ETag"];
  EXPECT_FALSE(client.answer_headers.contains("Idempotency-Replayed"));
  gate.run_until_idle();  // released by now: done again it would be refused
  EXPECT_EQ(release(id, "yes"), first);
  EXPECT_EQ(client.status, 202);
  EXPECT_EQ(client.answer_headers["Idempotency-Replayed"], "true");
  EXPECT_EQ(client.answer_headers["ETag"], etag);
  client.headers["idempotency-key"] = "8e03978e-40d5-43e8-bc93-6894a57f9324";
  EXPECT_EQ(release(id, "yes"), first) << "without quotes it is the same key";
  client.headers.clear();
  EXPECT_EQ(entries(), 2U);
}

TEST_F(Idempotency, AnotherRequestWithTheKeyIsRefused) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  client.headers["idempotency-key"] = "k1";
  release(id, "yes");
  ASSERT_EQ(client.status, 202);
  release(id, "another body");
  EXPECT_EQ(client.status, 422);
  EXPECT_EQ(client.code("POST", "/v1/admin/pause", R"({"note":"yes"})"), "idempotency_key_reused");
  client.headers["if-match"] = "\"1\"";
  release(id, "yes");
  EXPECT_EQ(client.status, 422) << "a condition is part of the request";
}

TEST_F(Idempotency, AKeyIsTheCallersOwn) {
  client.headers["idempotency-key"] = "k1";
  client.json("POST", "/v1/admin/pause", R"({"note":"ann"})");
  ASSERT_EQ(client.status, 200);
  client.caller = "bob (uid 8)";
  client.json("POST", "/v1/admin/pause", R"({"note":"bob"})");
  EXPECT_EQ(client.status, 200);
  EXPECT_FALSE(client.answer_headers.contains("Idempotency-Replayed"));
}

TEST_F(Idempotency, LastsADay) {
  client.headers["idempotency-key"] = "k1";
  client.json("POST", "/v1/admin/pause", "{}");
  gate.clock.advance(std::chrono::hours{24} - Millis{1});
  client.json("POST", "/v1/admin/pause", "{}");
  EXPECT_EQ(client.answer_headers["Idempotency-Replayed"], "true");
  gate.clock.advance(Millis{1});
  client.json("POST", "/v1/admin/pause", "{}");
  EXPECT_EQ(client.status, 200);
  EXPECT_FALSE(client.answer_headers.contains("Idempotency-Replayed"));
}

TEST_F(Idempotency, WhatTheCallerDidWrongIsAnsweredAgainAsWell) {
  client.headers["idempotency-key"] = "k1";
  EXPECT_EQ(client.code("POST", "/v1/files/process", R"({"key":"later"})"), "not_found");
  gate.upload("later", "text");
  EXPECT_EQ(client.code("POST", "/v1/files/process", R"({"key":"later"})"), "not_found");
  EXPECT_EQ(client.answer_headers["Idempotency-Replayed"], "true");
}

// In flight, and what becomes of the key afterwards.
struct Flight : Idempotency {
  MemoryPassingMarkers passing{gate.clock};
  int calls = 0;
  api::RequestHead head() {
    api::RequestHead head{"POST", "/v1/admin/sweep", api::Role::kOperator, "ann"};
    head.headers["idempotency-key"] = "k1";
    return head;
  }
  api::Complete once(const std::function<api::Reply()>& answer, const string& body = {}) {
    client.service().passing = &passing;
    MemorySource bytes(as_bytes(body));
    CallContext context;
    context.deadline = gate.clock.mono_now() + std::chrono::seconds{60};
    return std::get<api::Complete>(api::answered_once(client.service(), head(), bytes, context, 1000, [&](ByteSource&) {
      ++calls;
      return answer();
    }));
  }
};

TEST_F(Flight, ARequestThatIsAtWorkIsNotBegunAgain) {
  api::Complete second;
  const auto first = once([&] {
    second = once([] { return api::Complete{}; });
    return api::Complete{201, "text/plain", "done", {}};
  });
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 409);
  EXPECT_NE(second.body.find("request_in_flight"), string::npos);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(once([] { return api::Complete{}; }).body, "done");
  EXPECT_EQ(calls, 1);
}

TEST_F(Flight, AFailureMayBeTriedAgain) {
  for (const int status : {500, 503, 429}) {
    EXPECT_EQ(once([&] { return api::Complete{status, "text/plain", "", {}}; }).status, status);
  }
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(once([] { return api::Complete{}; }).status, 200);
  EXPECT_EQ(once([] { return api::Complete{500, "text/plain", "", {}}; }).status, 200);
  EXPECT_EQ(calls, 4);
}

// A process that dies at work leaves the key taken: nobody knows what it has done, so it is not done again.
TEST_F(Flight, AKeyWhoseProcessDiedIsNeverDoneAgain) {
  struct Death {};
  EXPECT_THROW(once([]() -> api::Reply { throw Death{}; }), Death);
  EXPECT_NE(once([] { return api::Complete{}; }).body.find("request_in_flight"), string::npos);
  gate.clock.advance(std::chrono::seconds{89});
  EXPECT_NE(once([] { return api::Complete{}; }).body.find("request_in_flight"), string::npos);
  gate.clock.advance(std::chrono::seconds{1});
  const auto after = once([] { return api::Complete{}; });
  EXPECT_EQ(after.status, 409);
  EXPECT_NE(after.body.find("answer_unknown"), string::npos);
  EXPECT_EQ(calls, 1);
  gate.clock.advance(std::chrono::hours{24});
  EXPECT_EQ(once([] { return api::Complete{}; }).status, 200);
}

// Dies between the deed and the writing down of its answer, as `kill -9` there.
struct DyingMarkers final : PassingMarkers {
  struct Death {};
  explicit DyingMarkers(Clock& clock) : inner(clock) {}
  Result<std::optional<PassingMarker>> get(const CallContext& context, const string& name) override {
    return inner.get(context, name);
  }
  Result<void> put(const CallContext& context, const string& name, const string& value, WallTime forget_at,
                   std::uint64_t expected) override {
    if (expected != 0 && std::exchange(dies, false)) throw Death{};
    return inner.put(context, name, value, forget_at, expected);
  }
  MemoryPassingMarkers inner;
  bool dies = true;
};

TEST_F(Idempotency, ADeedIsDoneOnceAlsoWhereTheProcessDiesBehindIt) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  DyingMarkers passing(gate.clock);
  client.service().passing = &passing;
  client.headers["idempotency-key"] = "k1";
  const string target = "/v1/files/" + id.value() + "/rerun";
  EXPECT_THROW(client.json("POST", target, "{}"), DyingMarkers::Death);
  gate.run_until_idle();  // a rerun may be asked for again by now
  const auto epoch = [&] { return gate.record(id)->epoch; };
  const auto once = epoch();
  EXPECT_EQ(client.code("POST", target, "{}"), "request_in_flight");
  gate.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(client.code("POST", target, "{}"), "answer_unknown");
  gate.run_until_idle();
  EXPECT_EQ(epoch(), once);
  client.headers["idempotency-key"] = "k2";
  client.json("POST", target, "{}");
  EXPECT_EQ(client.status, 202) << "a new key is a new request";
}

TEST_F(Flight, AnAnswerThatIsTooLongIsSaidToBeSo) {
  EXPECT_EQ(once([] { return api::Complete{200, "text/plain", string(200'000, 'x'), {}}; }).body.size(), 200'000U);
  const auto again = once([] { return api::Complete{}; });
  EXPECT_EQ(again.status, 409);
  EXPECT_NE(again.body.find("answer_not_kept"), string::npos);
  EXPECT_EQ(calls, 1);
}

TEST_F(Flight, RefusesBodiesAndKeysThatAreTooLongBeforeAnythingIsDone) {
  EXPECT_EQ(once([] { return api::Complete{}; }, string(1001, 'x')).status, 400);
  EXPECT_EQ(calls, 0);
  for (const string& key : {string(), string("\"\""), string(256, 'k'), string("a b"), string("a\x01"), string("\"a"),
                            string("k1, k2"), string("k\xff")}) {
    client.headers["idempotency-key"] = key;
    EXPECT_EQ(client.code("POST", "/v1/admin/pause", "{}"), "bad_idempotency_key") << key;
  }
  EXPECT_FALSE(client.get("/v1/health").at("paused").as_bool());
}

TEST_F(Idempotency, AnAnswerThatHoldsASecretIsNeverKept) {
  client.headers["idempotency-key"] = "k1";
  EXPECT_EQ(client.code("POST", "/v1/admin/tokens", R"({"role":"viewer","name":"page"})"), "bad_idempotency_key");
  EXPECT_EQ(client.code("POST", "/v1/webhooks", R"({"url":"https://example.org"})"), "bad_idempotency_key");
  EXPECT_EQ(client.code("POST", "/v1/webhooks/wh_1/rotate"), "bad_idempotency_key");
}

TEST_F(Idempotency, AHostWithoutAMemorySaysSo) {
  client.service().passing = nullptr;
  client.headers["idempotency-key"] = "k1";
  EXPECT_EQ(client.code("POST", "/v1/admin/pause", "{}"), "unsupported");
  client.headers.clear();
  EXPECT_FALSE(client.get("/v1/health").at("paused").as_bool());
}

}  // namespace
}  // namespace scalper
