#pragma once
// The gate on AWS as the verbs see it: its stores are reached from this process, its work is done by the Lambda or a
// worker.

#include <memory>
#include <string>
#include <variant>

#include "hosts/aws_gate.h"
#include "hosts/cli/gate_client.h"

namespace scalper::cli {

// A gate for the time of one command, by the environment (hosts/environment.h): its log lines are warnings, its metrics
// nobody's. No call goes out. `log` is a descriptor that outlives it.
[[nodiscard]] Result<std::unique_ptr<AwsGate>> open_aws_gate(int log, aws::AwsNeeds needs = {});

// By the environment (hosts/environment.h). Not reached: the exit code for what is missing or wrong in it, and the way
// out. No call goes out before the first request; what it needs to know of the stores is looked up before the first one
// that changes something. Who changes it is, in records, whom AWS knows by the credentials.
[[nodiscard]] std::variant<std::unique_ptr<GateClient>, NotReached> reach_aws();

}  // namespace scalper::cli
