#include "hosts/cli/gate_client.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "api/handle.h"
#include "base/escape.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "hosts/local_socket.h"
#include "ports/memory_source.h"

namespace scalper::cli {
namespace {

constexpr std::chrono::seconds kPatience{630};  // longer than the server gives an operation
constexpr Millis kBusyPatience{std::chrono::seconds{3}};
constexpr Millis kBusyLook{50};
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr unsigned kMostWorkers = 256;
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};  // in the order of LogLevel

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

// The gate of the folder in this process, for the time of one command.
class OwnGate final : public GateClient {
 public:
  explicit OwnGate(std::unique_ptr<LocalGate> gate) : gate_(std::move(gate)) {}

  Result<Answer> ask(const std::string& method, const std::string& target, const std::string& body) override {
    // What lies in the inbox is what a sweep is for, where nobody watches it.
    if (method == "POST" && target == "/v1/admin/sweep") {
      SCALPER_TRY(gate_->adopt_ready(CallContext{}));
    }
    api::RequestHead head{method, target, api::Door::kOperator, user_name(::geteuid())};
    api::Reply reply = answer(head, body);
    if (std::holds_alternative<api::WaitFor>(reply)) {  // nobody else works here: what can be done is done now
      SCALPER_TRY(work_off());
      head.may_wait = false;
      reply = answer(head, body);
    }
    if (auto* stream = std::get_if<api::Stream>(&reply)) return read_whole(*stream);
    if (auto* complete = std::get_if<api::Complete>(&reply))
      return Answer{complete->status, complete->content_type, std::move(complete->body)};
    return Error(ErrorCode::kUnsupported, "the answer is somewhere else");
  }
  Result<std::size_t> work_off() override { return gate_->work_off(CallContext{}); }
  bool is_running() const override { return false; }

 private:
  api::Reply answer(const api::RequestHead& head, const std::string& body) {
    MemorySource source(as_bytes(body));
    return api::handle(gate_->service(), head, source, CallContext{});
  }
  static Result<Answer> read_whole(api::Stream& stream) {
    Answer whole{200, stream.content_type, {}};
    std::vector<std::byte> piece(kPiece);
    for (;;) {
      SCALPER_TRY_ASSIGN(const std::size_t got, stream.body->read(CallContext{}, piece));
      if (got == 0) return whole;
      whole.body += as_text(Bytes(piece).first(got));
    }
  }

  std::unique_ptr<LocalGate> gate_;
};

Error not_understood(const std::string& what, const std::string& value) {
  return {ErrorCode::kInvalidArgument, what + ": not understood: \"" + escape_text(value) + "\""};
}

// Over the socket where a gate listens, else under the lock.
std::variant<std::unique_ptr<GateClient>, NotReached> reach_folder(const LocalGateOptions& options) {
  auto running = std::make_unique<RunningGate>(GateAddress{options.data + "/.scalper/gate.sock", "", ""});
  const auto health = running->ask("GET", "/v1/health", "");
  if (health.ok()) return running;
  if (health.failed_with(ErrorCode::kPermissionDenied))
    return NotReached{kExitNotPermitted, "the gate of " + escape_text(options.data, 400) + " belongs to another user"};
  LocalGateOptions own = options;
  if (own.log == "-") own.log.clear();  // standard output is for the answer
  own.needs_contracts = false;
  auto opened = LocalGate::open(own);
  if (auto* why = std::get_if<NotOpened>(&opened)) return std::move(*why);
  return std::make_unique<OwnGate>(std::get<std::unique_ptr<LocalGate>>(std::move(opened)));
}

}  // namespace

std::string setting(const Arguments& arguments, std::string_view option, std::string_view variable) {
  return arguments.has(option) ? arguments.value(option) : environment(variable);
}

std::string data_folder(const Arguments& arguments) { return setting(arguments, "--data", "SCALPER_DATA"); }

std::string contracts_folder(const Arguments& arguments) {
  const std::string named = setting(arguments, "--contracts", "SCALPER_CONTRACTS");
  return named.empty() ? data_folder(arguments) + "/contracts" : named;
}

Result<LocalGateOptions> gate_options(const Arguments& arguments) {
  LocalGateOptions options;
  options.data = data_folder(arguments);
  options.contracts = contracts_folder(arguments);
  options.pipeline = setting(arguments, "--pipeline", "SCALPER_PIPELINE");
  options.log = setting(arguments, "--log", "SCALPER_LOG");
  const std::string publish = setting(arguments, "--publish", "SCALPER_PUBLISH");
  if (publish != "direct" && publish != "exact") return not_understood("SCALPER_PUBLISH", publish);
  options.publish_exact = publish == "exact";
  const std::string level = setting(arguments, "--log-level", "SCALPER_LOG_LEVEL");
  const auto known = std::find(kLevels.begin(), kLevels.end(), level);
  if (known == kLevels.end()) return not_understood("SCALPER_LOG_LEVEL", level);
  options.log_level = static_cast<LogLevel>(known - kLevels.begin());
  if (!arguments.has("--workers")) return options;
  const std::string workers = arguments.value("--workers");
  const auto [end, failed] = std::from_chars(workers.data(), workers.data() + workers.size(), options.workers);
  if (failed != std::errc() || end != workers.data() + workers.size() || options.workers < 1 ||
      options.workers > kMostWorkers)
    return not_understood("--workers", workers);
  return options;
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
  auto options = gate_options(arguments);
  if (!options.ok()) return NotReached{kExitUsage, options.error().message()};
  // A gate that starts or ends holds the folder and does not answer; so does another command, for a moment.
  SystemClock clock;
  const MonoTime until = clock.mono_now() + kBusyPatience;
  for (;;) {
    auto reached = reach_folder(*options);
    const auto* why = std::get_if<NotReached>(&reached);
    if (why == nullptr || why->exit_code != kExitFolderInUse || clock.mono_now() >= until) return reached;
    clock.sleep_until(CallContext{}, clock.mono_now() + kBusyLook);
  }
}

}  // namespace scalper::cli
