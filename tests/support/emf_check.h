#pragma once
// A judge of the Embedded Metric Format, since no emulator reads it: the rules of AWS's specification, of its JSON
// schema, and of CloudWatch's own limits for names and dimensions.

#include <string>
#include <string_view>
#include <vector>

namespace scalper {

// What CloudWatch would refuse or pass over in this line (without its line feed); empty: it takes every metric.
[[nodiscard]] std::vector<std::string> emf_problems(std::string_view line);

}  // namespace scalper
