#pragma once
// The parts of the table, one file for each family of verbs.

#include <vector>

#include "hosts/cli/verbs.h"

namespace scalper::cli {

// Of every verb that asks a gate.
inline const OptionSpec kAwsOption{"--aws", "",
                                   "the gate on AWS that the environment describes; never beside --data or --url"};
inline constexpr std::string_view kOnAws =
    "With --aws it is the gate on AWS that the environment describes, see 'scalper doctor --env': its stores are read "
    "and written from here, and what that starts is done by its Lambda or worker.";

[[nodiscard]] std::vector<VerbSpec> check_verbs();
[[nodiscard]] std::vector<VerbSpec> up_verbs();
[[nodiscard]] std::vector<VerbSpec> worker_verbs();
[[nodiscard]] std::vector<VerbSpec> look_verbs();
[[nodiscard]] std::vector<VerbSpec> review_verbs();
[[nodiscard]] std::vector<VerbSpec> operate_verbs();
[[nodiscard]] std::vector<VerbSpec> control_verbs();
[[nodiscard]] std::vector<VerbSpec> contract_verbs();
[[nodiscard]] std::vector<VerbSpec> token_verbs();
[[nodiscard]] std::vector<VerbSpec> webhook_verbs();
[[nodiscard]] std::vector<VerbSpec> doctor_verbs();
[[nodiscard]] std::vector<VerbSpec> aws_verbs();
[[nodiscard]] std::vector<VerbSpec> cost_verbs();

}  // namespace scalper::cli
