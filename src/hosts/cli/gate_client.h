#pragma once
// A gate to ask, whether one is running or not: over the socket of its data folder, over --url, in this process under
// the folder's lock, or in this process over the stores of AWS.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "api/request.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/http_client.h"
#include "hosts/local_gate.h"

namespace scalper::cli {

class GateClient {
 public:
  virtual ~GateClient() = default;
  [[nodiscard]] virtual Result<Answer> ask(const std::string& method, const std::string& target,
                                           const std::string& body) = 0;
  // Does what the requests before have started, where no gate runs that would. Says how many messages were done.
  [[nodiscard]] virtual Result<std::size_t> work_off() { return std::size_t{0}; }
  // Whether a gate of its own answers; else we are it, for the time of this command.
  [[nodiscard]] virtual bool is_running() const = 0;
};

using NotReached = NotOpened;

enum class GateTarget : std::uint8_t { kFolder, kUrl, kAws };

// Which gate the arguments mean; the one place that decides it. --aws stands for the gate that the environment
// describes and is never meant without being said: a shell that holds its variables would else act on it by accident.
// kInvalidArgument: --aws beside an option that names another gate.
[[nodiscard]] Result<GateTarget> choose_target(const Arguments& arguments);

// That gate.
[[nodiscard]] std::variant<std::unique_ptr<GateClient>, NotReached> reach_gate(const Arguments& arguments);

// The value of an option, else of the environment variable (one of hosts/environment.h).
[[nodiscard]] std::string setting(const Arguments& arguments, std::string_view option, std::string_view variable);
// What the arguments and the environment say of the gate. kInvalidArgument: not understood.
[[nodiscard]] Result<LocalGateOptions> gate_options(const Arguments& arguments);

// The data folder that the arguments, else the environment, else the default name.
[[nodiscard]] std::string data_folder(const Arguments& arguments);
// The contracts folder likewise; the default lies in the data folder.
[[nodiscard]] std::string contracts_folder(const Arguments& arguments);

}  // namespace scalper::cli
