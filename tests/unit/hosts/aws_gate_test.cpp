#include "hosts/aws_gate.h"

#include <gtest/gtest.h>

#include <map>

#include "adapters/local/system_clock.h"
#include "adapters/memory/memory_audit_log.h"
#include "api/handle.h"
#include "ports/memory_source.h"

namespace scalper {
namespace {

aws::Environment settings(const std::string& contracts) {
  return [contracts](std::string_view name) -> std::string {
    static const std::map<std::string, std::string, std::less<>> kValues = {
        {"SCALPER_INPUT_BUCKET", "files-in"},
        {"SCALPER_OUTPUT_BUCKET", "files-out"},
        {"SCALPER_QUARANTINE_BUCKET", "files-bad"},
        {"SCALPER_TABLE", "records"},
        {"SCALPER_QUEUE_URL", "http://127.0.0.1:9/000000000000/queue"},
        {"AWS_ENDPOINT_URL", "http://127.0.0.1:9"},
        {"AWS_REGION", "eu-central-1"}};
    if (name == "SCALPER_CONTRACTS") return contracts;
    const auto found = kValues.find(name);
    return found == kValues.end() ? std::string() : found->second;
  };
}

// What is published into this process alone would be answered "in use", and judge nothing.
TEST(AwsGate, TakesNoContractsWhereTheyAreFixed) {
  auto gate = AwsGate::open(settings("builtin"), {});
  ASSERT_TRUE(gate.ok()) << gate.error().message();
  const std::string text = R"({"files":[{"path":"a.yaml","text":"contract: a\nmatch: {prefix: a/}\n"}]})";
  MemorySource body(as_bytes(text));
  SystemClock clock;
  MemoryAuditLog audit_log(clock);  // else there would be no answer but that the trail cannot be written
  (*gate)->service().audit_log = &audit_log;
  const api::Reply reply = api::handle(
      (*gate)->service(), {"POST", "/v1/contracts/publish", api::Role::kOperator, "me"}, body, CallContext{});
  const auto* complete = std::get_if<api::Complete>(&reply);
  ASSERT_NE(complete, nullptr);
  EXPECT_EQ(complete->status, 501) << complete->body;
  EXPECT_NE(complete->body.find("s3://"), std::string::npos) << complete->body;
}

TEST(AwsGate, TellsWhomItRefusesHowOperatorsComeInOnAws) {
  auto gate = AwsGate::open(settings("builtin"), {});
  ASSERT_TRUE(gate.ok()) << gate.error().message();
  MemorySource body{Bytes{}};
  const api::Reply reply =
      api::handle((*gate)->service(), {"POST", "/v1/admin/pause", api::Role::kViewer, ""}, body, CallContext{});
  const auto* complete = std::get_if<api::Complete>(&reply);
  ASSERT_NE(complete, nullptr);
  EXPECT_EQ(complete->status, 403);
  EXPECT_NE(complete->body.find("scalper/operator"), std::string::npos) << complete->body;
  for (const char* const local : {"TCP", "Unix", "socket"})
    EXPECT_EQ(complete->body.find(local), std::string::npos) << complete->body;
}

}  // namespace
}  // namespace scalper
