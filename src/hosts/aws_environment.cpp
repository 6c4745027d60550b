#include "hosts/aws_environment.h"

#include <unistd.h>

#include <map>
#include <memory>
#include <string>

#include "hosts/environment.h"

namespace scalper {

aws::Environment process_environment() {
  auto all = std::make_shared<std::map<std::string, std::string, std::less<>>>();
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos && equals + 1 < entry.size())
      all->emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  for (const EnvironmentVariable& variable : kEnvironment)
    if (!variable.fallback.empty()) all->emplace(variable.name, variable.fallback);
  return [all = std::shared_ptr<const std::map<std::string, std::string, std::less<>>>(std::move(all))](
             std::string_view name) {
    const auto found = all->find(name);
    return found == all->end() ? std::string() : found->second;
  };
}

}  // namespace scalper
