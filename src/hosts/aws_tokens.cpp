#include "hosts/aws_tokens.h"

#include <utility>

#include "adapters/aws/client/default_client.h"
#include "adapters/aws/dynamodb_tokens.h"
#include "adapters/aws/emf_telemetry.h"
#include "adapters/local/system_clock.h"
#include "hosts/aws_settings.h"
#include "model/telemetry_names.h"

namespace scalper {
namespace {

constexpr int kStandardOutput = 1;

}  // namespace

// In the order in which they stand on each other.
struct AwsTokens::Parts {
  SystemClock clock;
  std::unique_ptr<aws::EmfTelemetry> telemetry;
  std::unique_ptr<aws::HttpAwsClient> client;
  std::unique_ptr<aws::DynamoDbTokens> tokens;
  bool is_cold = true;
};

Result<std::unique_ptr<AwsTokens>> AwsTokens::open(const aws::Environment& environment) {
  auto parts = std::make_unique<Parts>();
  SCALPER_TRY_ASSIGN(const aws::AwsSettings settings,
                     aws::read_aws_settings(environment, {.table = true, .queue = false, .files = false}));
  parts->telemetry = std::make_unique<aws::EmfTelemetry>(kStandardOutput, parts->clock,
                                                         aws::EmfOptions{settings.pipeline, settings.log_level, true});
  SCALPER_TRY_ASSIGN(parts->client, aws::make_aws_client(environment, parts->clock, *parts->telemetry));
  parts->tokens = std::make_unique<aws::DynamoDbTokens>(*parts->client, parts->clock, settings.table);
  return std::unique_ptr<AwsTokens>(new AwsTokens(std::move(parts)));
}

AwsTokens::AwsTokens(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AwsTokens::~AwsTokens() = default;

Tokens& AwsTokens::tokens() { return *parts_->tokens; }
Clock& AwsTokens::clock() { return parts_->clock; }
Telemetry& AwsTokens::telemetry() { return *parts_->telemetry; }

void AwsTokens::begin_invocation(const std::string& request_id, const std::string& trace_id) {
  parts_->telemetry->begin_invocation(request_id, parts_->is_cold);
  if (parts_->is_cold) parts_->telemetry->count(names::kColdStart, 1, "");
  parts_->is_cold = false;
  parts_->client->set_trace(trace_id);
}

void AwsTokens::end_invocation() { parts_->telemetry->flush(); }

}  // namespace scalper
