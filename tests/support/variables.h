#pragma once
// An environment of a test's own.

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/aws/client/environment.h"

namespace scalper::aws {

using Variables = std::map<std::string, std::string, std::less<>>;

inline Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

}  // namespace scalper::aws
