#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace scalper {

// Keeps the number of time series within bounds: the first `most` names stand for themselves, later ones are "other".
// Not thread-safe.
class BoundedNames {
 public:
  explicit BoundedNames(std::size_t most) : most_(most) {}

  // `name`, or "other"; the empty name is always itself.
  [[nodiscard]] std::string_view of(std::string_view name) {
    if (name.empty() || names_.contains(name)) return name;
    if (names_.size() >= most_) return "other";
    names_.emplace(name);
    return name;
  }

 private:
  const std::size_t most_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace scalper
