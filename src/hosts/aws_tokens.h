#pragma once
// What the authorizer on AWS needs of a gate: the table's access tokens, and nothing of its files.

#include <memory>
#include <string>

#include "adapters/aws/client/environment.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/telemetry.h"
#include "ports/tokens.h"

namespace scalper {

class AwsTokens {
 public:
  // Reads SCALPER_TABLE, SCALPER_PIPELINE and SCALPER_LOG_LEVEL; no call goes out. kInvalidArgument names what is
  // wrong.
  [[nodiscard]] static Result<std::unique_ptr<AwsTokens>> open(const aws::Environment& environment);
  ~AwsTokens();
  AwsTokens(const AwsTokens&) = delete;
  AwsTokens& operator=(const AwsTokens&) = delete;

  [[nodiscard]] Tokens& tokens();
  [[nodiscard]] Clock& clock();
  [[nodiscard]] Telemetry& telemetry();

  // Around an invocation of the Lambda, as AwsGate's.
  void begin_invocation(const std::string& request_id, const std::string& trace_id);
  void end_invocation();

 private:
  struct Parts;
  explicit AwsTokens(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace scalper
