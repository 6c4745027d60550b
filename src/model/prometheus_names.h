#pragma once
// What Prometheus calls our metrics: snake case, `scalper_`, base units.

#include <string>
#include <string_view>

namespace scalper {

// "FilesValid" -> "files_valid".
[[nodiscard]] std::string snake_case(std::string_view words);
[[nodiscard]] std::string prometheus_counter(std::string_view metric);    // "scalper_files_valid_total"
[[nodiscard]] std::string prometheus_histogram(std::string_view metric);  // "scalper_validate_duration_seconds"

}  // namespace scalper
