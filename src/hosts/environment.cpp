#include "hosts/environment.h"

#include <cstdlib>

namespace scalper {

std::string environment(std::string_view name) {
  for (const EnvironmentVariable& variable : kEnvironment) {
    if (variable.name != name) {
      continue;
    }
    const char* value = std::getenv(variable.name.data());  // NOLINT(concurrency-mt-unsafe): nobody writes it
    return value == nullptr || *value == '\0' ? std::string(variable.fallback) : std::string(value);
  }
  return {};
}

}  // namespace scalper
