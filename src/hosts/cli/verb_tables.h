#pragma once
// The parts of the table, one file for each family of verbs.

#include <vector>

#include "hosts/cli/verbs.h"

namespace scalper::cli {

[[nodiscard]] std::vector<VerbSpec> check_verbs();
[[nodiscard]] std::vector<VerbSpec> up_verbs();
[[nodiscard]] std::vector<VerbSpec> worker_verbs();
[[nodiscard]] std::vector<VerbSpec> look_verbs();
[[nodiscard]] std::vector<VerbSpec> review_verbs();
[[nodiscard]] std::vector<VerbSpec> operate_verbs();
[[nodiscard]] std::vector<VerbSpec> control_verbs();
[[nodiscard]] std::vector<VerbSpec> contract_verbs();
[[nodiscard]] std::vector<VerbSpec> doctor_verbs();
[[nodiscard]] std::vector<VerbSpec> cost_verbs();

}  // namespace scalper::cli
