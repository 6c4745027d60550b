#include "hosts/cli/gate_client.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "hosts/local_environment.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

constexpr std::chrono::seconds kPatience{630};  // longer than the server gives an operation

class RunningGate final : public GateClient {
 public:
  explicit RunningGate(GateAddress address) : address_(std::move(address)) {}
  Result<Answer> ask(const std::string& method, const std::string& target, const std::string& body) override {
    return http_request(address_, method, target, body, kPatience);
  }
  bool is_running() const override { return true; }

 private:
  GateAddress address_;
};

std::variant<std::unique_ptr<GateClient>, NotReached> reach_url(const std::string& url) {
  auto address = parse_url(url);
  if (!address.ok()) {
    return NotReached{kExitUsage, address.error().message()};
  }
  auto gate = std::make_unique<RunningGate>(std::move(address).value());
  const auto health = gate->ask("GET", "/v1/health", "");
  if (!health.ok()) {
    return NotReached{kExitUnreachable, health.error().message()};
  }
  return gate;
}

}  // namespace

std::string data_folder(const Arguments& arguments) {
  return arguments.has("--data") ? arguments.value("--data") : environment("SCALPER_DATA");
}

std::string contracts_folder(const Arguments& arguments) {
  if (arguments.has("--contracts")) {
    return arguments.value("--contracts");
  }
  const std::string named = environment("SCALPER_CONTRACTS");
  return named.empty() ? data_folder(arguments) + "/contracts" : named;
}

std::variant<std::unique_ptr<GateClient>, NotReached> reach_gate(const Arguments& arguments) {
  if (arguments.has("--url")) {
    return reach_url(arguments.value("--url"));
  }
  const std::string data = data_folder(arguments);
  std::error_code failed;
  if (!std::filesystem::is_directory(data + "/.scalper", failed)) {
    return NotReached{kExitNotFound, "there is no gate's data folder at " + escape_text(data, 400) +
                                         "; name it with --data, or make one with 'scalper up --data DIR'"};
  }
  auto gate = std::make_unique<RunningGate>(GateAddress{data + "/.scalper/gate.sock", "", ""});
  const auto health = gate->ask("GET", "/v1/health", "");
  if (health.ok()) {
    return gate;
  }
  if (health.failed_with(ErrorCode::kPermissionDenied)) {
    return NotReached{kExitNotPermitted, "the gate of " + escape_text(data, 400) + " belongs to another user"};
  }
  return NotReached{kExitUnreachable, "no gate runs on " + escape_text(data, 400)};
}

}  // namespace scalper::cli
