#include "hosts/lambda/runtime_loop.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "adapters/memory/memory_telemetry.h"
#include "support/fake_clock.h"
#include "support/scripted_runtime_api.h"

namespace scalper::lambda {
namespace {

class RuntimeLoop : public ::testing::Test {
 protected:
  Error run(const Handler& handler) {
    RuntimeClient client(parse_runtime_address(api.address()).value());
    return run_loop(client, clock, telemetry, handler, hooks);
  }

  int count(const std::string& event) {
    int found = 0;
    for (const LogEvent& line : telemetry.events()) found += line.event == event ? 1 : 0;
    return found;
  }

  FakeClock clock;
  MemoryTelemetry telemetry;
  LoopHooks hooks;
  ScriptedRuntimeApi api;
};

TEST_F(RuntimeLoop, AnswersEventsUntilTheApiIsGone) {
  api.event("1", "{\"n\":1}");
  api.accepted();
  api.event("1", "{\"n\":2}");  // the same id again: an event like any other
  api.answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  std::vector<std::string> seen;
  const Error end = run([&](const Invocation& invocation, const CallContext& context) -> Result<std::string> {
    seen.push_back(invocation.payload);
    EXPECT_EQ(context.correlation_id, "1");
    return std::string("{}");
  });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable) << end.message();
  EXPECT_EQ(seen, (std::vector<std::string>{"{\"n\":1}", "{\"n\":2}"}));
  EXPECT_LT(clock.slept(), Millis{1000});
  EXPECT_EQ(count("answer_too_late"), 1);
}

TEST_F(RuntimeLoop, TheDeadlineIsThatOfTheWallClockWheneverTheEventComes) {
  const WallTime deadline = clock.wall_now() + std::chrono::minutes{15};
  const std::string header =
      "Lambda-Runtime-Deadline-Ms: " + std::to_string(deadline.time_since_epoch().count()) + "\r\n";
  for (int i = 0; i < 2; ++i) {
    api.event("1", "{}", header);
    api.accepted();
  }
  api.event("2", "{}", "Lambda-Runtime-Deadline-Ms: soon\r\n");
  api.accepted();
  std::vector<Millis> left;
  const Error end = run([&](const Invocation&, const CallContext& context) -> Result<std::string> {
    left.push_back(context.deadline - clock.mono_now());
    clock.set_wall(clock.wall_now() + std::chrono::minutes{14});  // corrected, while the other clock stands
    return std::string("{}");
  });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(left, (std::vector<Millis>{std::chrono::minutes{15}, std::chrono::minutes{1}, std::chrono::minutes{1}}));
}

TEST_F(RuntimeLoop, WhatALibraryThrowsFailsThisEventAlone) {
  for (int i = 0; i < 4; ++i) {
    api.event(std::to_string(i), "{}");
    api.accepted();
  }
  int calls = 0;
  const Error end = run([&](const Invocation&, const CallContext&) -> Result<std::string> {
    switch (calls++) {
      case 0: throw std::runtime_error("broken\n\x1b[31m");
      case 1: throw std::bad_alloc();
      case 2: throw 7;
      default: return std::string("[]");
    }
  });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable);
  const auto asked = api.requests();
  EXPECT_EQ(asked.at(1).line, "POST /2018-06-01/runtime/invocation/0/error HTTP/1.1");
  EXPECT_EQ(asked.at(1).body,
            R"({"errorMessage":"broken\\n\\x1B[31m","errorType":"Runtime.Exception","stackTrace":[]})");
  EXPECT_NE(asked.at(3).body.find("Runtime.OutOfMemory"), std::string::npos);
  EXPECT_NE(asked.at(5).body.find("Runtime.Exception"), std::string::npos);
  EXPECT_EQ(asked.at(7).line, "POST /2018-06-01/runtime/invocation/3/response HTTP/1.1");
  EXPECT_EQ(asked.at(7).body, "[]");
}

TEST_F(RuntimeLoop, AnErrorOfTheHandlerFailsTheInvocation) {
  api.event("1", "{}");
  api.accepted();
  const Error end = run([&](const Invocation&, const CallContext&) -> Result<std::string> {
    return Error(ErrorCode::kThrottled, "slow down");
  });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(api.requests().at(1).body,
            R"({"errorMessage":"slow down","errorType":"Scalper.throttled","stackTrace":[]})");
  EXPECT_EQ(count("invocation_failed"), 1);
}

TEST_F(RuntimeLoop, AnAnswerThatIsTooLargeIsAnErrorOfTheInvocation) {
  api.event("1", "{}");
  api.accepted();
  const Error end = run(
      [&](const Invocation&, const CallContext&) -> Result<std::string> { return std::string(kMaxAnswer + 1, ' '); });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(api.requests().at(1).line, "POST /2018-06-01/runtime/invocation/1/error HTTP/1.1");
}

TEST_F(RuntimeLoop, HooksStandAroundTheHandler) {
  api.event("1", "{}", "Lambda-Runtime-Trace-Id: Root=1\r\n");
  api.accepted();
  std::string order;
  hooks.before = [&](const Invocation& invocation) { order += "before " + invocation.trace_id + ","; };
  hooks.after = [&](const Invocation&) {
    order += "after " + std::to_string(api.requests().size());  // nothing was answered yet
  };
  const Error end = run([&](const Invocation&, const CallContext&) -> Result<std::string> {
    order += "handler,";
    return std::string("{}");
  });
  EXPECT_EQ(end.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(order, "before Root=1,handler,after 1");
}

TEST_F(RuntimeLoop, GivesUpWhereNoApiEverWas) {
  api.answer("", ScriptedRuntimeApi::Then::kClose);
  const Error end = run([&](const Invocation&, const CallContext&) -> Result<std::string> { return std::string(); });
  EXPECT_NE(end.message().find("Runtime API is gone"), std::string::npos) << end.message();
  EXPECT_GT(clock.slept(), Millis{0});
}

}  // namespace
}  // namespace scalper::lambda
