#pragma once
// Zip archives for tests, as a careful writer makes them.

#include <string>
#include <utility>
#include <vector>

namespace scalper::tests {

// Members by name and content, deflated where that is shorter. Directory and end in zip64 where there are more than
// 65,535.
[[nodiscard]] std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace scalper::tests
