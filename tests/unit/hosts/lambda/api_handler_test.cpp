#include "hosts/lambda/api_handler.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "adapters/memory/memory_audit_log.h"
#include "hosts/lambda/sweep_handler.h"
#include "hosts/lambda/wait_slot.h"
#include "support/story.h"

namespace scalper::lambda {
namespace {

class ApiHandler : public Story {
 protected:
  struct Answer {
    std::int64_t status = 0;
    std::string body;
    std::string retry_after;
  };
  Answer ask(const std::string& method, const std::string& target, bool known = true, const std::string& body = {}) {
    return ask(service, method, target, known, body);
  }
  Answer ask(api::Service& asked, const std::string& method, const std::string& target, bool known = true,
             const std::string& body = {}) {
    const std::size_t question = target.find('?');
    boost::json::object event{{"rawPath", target.substr(0, question)},
                              {"rawQueryString", question == std::string::npos ? "" : target.substr(question + 1)},
                              {"body", body}};
    boost::json::object context{{"http", boost::json::object{{"method", method}}}};
    if (known)
      context["authorizer"] = boost::json::object{{"iam", boost::json::object{{"userArn", "arn:aws:iam::1:user/op"}}}};
    event["requestContext"] = std::move(context);
    CallContext call = world.context();
    call.deadline = world.clock.mono_now() + std::chrono::seconds{30};
    call.correlation_id = "request-1";
    const auto answer = handle_api(asked, boost::json::serialize(event), call, [this] { return ready; });
    EXPECT_TRUE(answer.ok()) << answer.error().message();
    const auto object = boost::json::parse(*answer).as_object();
    const boost::json::value* const retry = object.at("headers").as_object().if_contains("retry-after");
    return {object.at("statusCode").as_int64(), std::string(object.at("body").as_string()),
            retry != nullptr ? std::string(retry->as_string()) : std::string()};
  }

  Result<void> ready;
  Gate gate = world.gate();
  MemoryAuditLog audit_log{world.clock};
  api::Service service{gate, world.contract_source, "1.2.3", nullptr};

  ApiHandler() { service.audit_log = &audit_log; }
};

TEST_F(ApiHandler, NobodyUnknownSeesMoreThanHealth) {
  EXPECT_EQ(ask("GET", "/v1/health", false).status, 200);
  EXPECT_EQ(ask("GET", "/v1/files", false).status, 401);
  EXPECT_EQ(ask("GET", "/v1/health?x=1", false).status, 401);
  EXPECT_EQ(ask("POST", "/v1/admin/pause", false).status, 401);
}

TEST_F(ApiHandler, NobodyUnknownReadsWhatAnErrorSays) {
  const auto health_for = [this](bool known) {
    FaultyWorker broken(world, {{.call = "queue.depth", .fault = failing(ErrorCode::kPermissionDenied)}});
    api::Service failing_service{broken.gate, world.contract_source, "1.2.3", nullptr};
    return ask(failing_service, "GET", "/v1/health", known);
  };
  const Answer unknown = health_for(false);
  EXPECT_EQ(unknown.status, 503);
  EXPECT_NE(unknown.body.find(R"("status":"failing")"), std::string::npos) << unknown.body;
  EXPECT_EQ(unknown.body.find("checks"), std::string::npos) << unknown.body;
  EXPECT_EQ(unknown.body.find("injected"), std::string::npos) << unknown.body;
  const Answer known = health_for(true);
  EXPECT_EQ(known.status, 503);
  EXPECT_NE(known.body.find("injected in"), std::string::npos) << known.body;
}

TEST_F(ApiHandler, AnOperatorLooksAndReviews) {
  const ObjectEvent bad = announced("bad.bin", kBad);
  world.run_until_idle();
  const std::string id = file_id(bad.ref).value();
  const Answer list = ask("GET", "/v1/files?status=unverifiable");
  EXPECT_EQ(list.status, 200);
  EXPECT_NE(list.body.find(id), std::string::npos);
  EXPECT_EQ(ask("POST", "/v1/files/" + id + "/release", true, R"({"note":"looked at"})").status, 202);
  world.run_until_idle();
  EXPECT_EQ(status(bad), FileStatus::kReleased);
  const FileRecord record = *world.record(bad);
  EXPECT_EQ(record.history.back().review->who, "arn:aws:iam::1:user/op");
  EXPECT_EQ(ask("GET", "/v1/files?limit=1&limit=2").status, 400);
  EXPECT_EQ(ask("GET", "/v1/nothing").status, 404);
}

TEST_F(ApiHandler, NothingIsChangedBeforeTheGateIsReady) {
  ready = Error(ErrorCode::kInvalidArgument, "bucket input keeps no versions");
  EXPECT_EQ(ask("GET", "/v1/files").status, 200);
  const Answer refused = ask("POST", "/v1/admin/sweep");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("keeps no versions"), std::string::npos);
  EXPECT_EQ(ask("POST", "/v1/admin/sweep", false).status, 401);
}

TEST_F(ApiHandler, WaitsForAFileByAskingAgain) {
  const ObjectEvent event = announced("a.txt", kGood);
  sweep_now();  // it has a record
  const MonoTime before = world.clock.mono_now();
  const Answer waited = ask("GET", "/v1/files/" + file_id(event.ref).value() + "?wait=5");
  EXPECT_EQ(waited.status, 200);
  EXPECT_EQ(world.clock.mono_now() - before, Millis{5000});
  world.run_until_idle();
  const MonoTime again = world.clock.mono_now();
  const Answer final = ask("GET", "/v1/files/" + file_id(event.ref).value() + "?wait=20");
  EXPECT_NE(final.body.find("\"valid\""), std::string::npos);
  EXPECT_EQ(world.clock.mono_now(), again);
}

TEST_F(ApiHandler, OnlySomeWaitAtOnceOverAllFunctions) {
  const ObjectEvent event = announced("a.txt", kGood);
  sweep_now();
  const std::string path = "/v1/files/" + file_id(event.ref).value();
  const WallTime until = world.clock.wall_now() + std::chrono::seconds{20};
  gate.random = [n = 0]() mutable { return static_cast<double>(n++ % 100) / 100; };
  std::vector<WaitSlot> others;
  for (int tries = 0; tries < 10'000 && others.size() < WaitSlot::kSlots; ++tries) {
    const auto slot = WaitSlot::take(gate, world.context(), until);
    ASSERT_TRUE(slot.ok());
    if (*slot) others.push_back(**slot);
  }
  ASSERT_EQ(others.size(), static_cast<std::size_t>(WaitSlot::kSlots));
  EXPECT_FALSE(*WaitSlot::take(gate, world.context(), until));
  const MonoTime before = world.clock.mono_now();
  const Answer refused = ask("GET", path + "?wait=5");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.retry_after, "5");
  EXPECT_NE(refused.body.find("too_many_wait"), std::string::npos) << refused.body;
  EXPECT_EQ(ask("GET", path).status, 200);
  EXPECT_EQ(world.clock.mono_now(), before);
  for (const WaitSlot& slot : others) slot.give_back(gate, world.context());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET", path + "?wait=1").status, 200);
  for (int slot = 0; slot < WaitSlot::kSlots; ++slot) {  // each gave its place back
    const auto marker = world.records.get_marker(world.context(), "control#wait-" + std::to_string(slot));
    ASSERT_TRUE(marker.ok() && *marker);
    EXPECT_EQ((*marker)->value, "free");
  }
}

TEST_F(ApiHandler, APlaceWhoseFunctionWasCutOffIsFreeAgain) {
  const WallTime until = world.clock.wall_now() + std::chrono::seconds{20};
  for (int tries = 0; tries < 10'000; ++tries) ASSERT_TRUE(WaitSlot::take(gate, world.context(), until).ok());
  ASSERT_FALSE(*WaitSlot::take(gate, world.context(), until));
  world.clock.advance(std::chrono::seconds{26});
  EXPECT_TRUE(*WaitSlot::take(gate, world.context(), world.clock.wall_now()));
}

TEST_F(ApiHandler, AWaitNeverOutlastsTheFunction) {
  const ObjectEvent event = announced("a.txt", kGood);
  sweep_now();
  const MonoTime before = world.clock.mono_now();
  ask("GET", "/v1/files/" + file_id(event.ref).value() + "?wait=25");
  EXPECT_LE(world.clock.mono_now() - before, Millis{20500});
}

TEST_F(ApiHandler, TheSweepAnswersWhatItFoundAndGoesOnNextTime) {
  for (int i = 0; i < 5; ++i) world.upload("a" + std::to_string(i), kGood);
  gate.settings.sweep_page = 2;
  CallContext call = world.context();
  call.deadline = world.clock.mono_now() + std::chrono::seconds{30};  // one page
  const auto first = handle_sweep(gate, {}, call);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_NE(first->find(R"("announced":2)"), std::string::npos) << *first;
  EXPECT_NE(first->find(R"("complete":false)"), std::string::npos);
  call.deadline = world.clock.mono_now() + std::chrono::minutes{15};
  const auto second = handle_sweep(gate, {}, call);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->find(R"("announced":3)"), std::string::npos) << *second;
  EXPECT_NE(second->find(R"("complete":true)"), std::string::npos);
}

TEST_F(ApiHandler, AGuardThatCannotLookKeepsNothingFromBeingSwept) {
  struct : Statistics {
    Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery&) override {
      return Error(ErrorCode::kUnavailable, "no metrics");
    }
  } broken;
  world.upload("a", kGood);
  const auto swept = handle_sweep(gate, {&broken, 1}, world.context());
  EXPECT_TRUE(swept.failed_with(ErrorCode::kUnavailable));
  EXPECT_EQ(world.queue.depth(world.context())->visible, 1U);
}

}  // namespace
}  // namespace scalper::lambda
