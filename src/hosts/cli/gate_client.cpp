#include "hosts/cli/gate_client.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "hosts/cli/aws_gate_client.h"
#include "hosts/cli/in_process.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "hosts/local_socket.h"
#include "model/access_token.h"
#include "validate/contract/values.h"

namespace scalper::cli {
namespace {

constexpr std::chrono::seconds kPatience{630};     // longer than the server gives an operation
constexpr std::chrono::seconds kLookPatience{60};  // longer than it holds an answer back
constexpr Millis kBusyPatience{std::chrono::seconds{3}};
constexpr Millis kBusyLook{50};
constexpr unsigned kMostWorkers = 256;
constexpr unsigned kMostDays = 36500;
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};  // in the order of LogLevel

class RunningGate final : public GateClient {
 public:
  explicit RunningGate(GateAddress address) : address_(std::move(address)) {}
  Result<Answer> ask(const std::string& method, const std::string& target, const std::string& body) override {
    return http_request(address_, method, target, body, method == "GET" ? kLookPatience : kPatience);
  }
  bool is_running() const override { return true; }

 private:
  GateAddress address_;
};

// The token of the environment, which stands in no list of processes; never sent where it could be read on the way.
std::optional<NotReached> take_token(GateAddress& address) {
  const std::string token = environment("SCALPER_TOKEN");
  if (token.empty()) return std::nullopt;
  if (!is_token_text(token)) return NotReached{kExitUsage, "SCALPER_TOKEN holds no access token of a gate"};
  in_addr v4{};
  const bool loopback = address.host == "localhost" || address.host == "::1" ||
                        (::inet_pton(AF_INET, address.host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127);
  if (!loopback)
    return NotReached{kExitNotPermitted,
                      "SCALPER_TOKEN is not sent to another machine over http, where others read it"};
  address.token = token;
  return std::nullopt;
}

std::variant<std::unique_ptr<GateClient>, NotReached> reach_url(const std::string& url) {
  auto address = parse_url(url);
  if (!address.ok()) {
    return NotReached{kExitUsage, address.error().message()};
  }
  if (auto refused = take_token(*address)) return *std::move(refused);
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
    // What lies in the inbox is what a sweep is for, where nobody watches it. What could not be taken is told when the
    // rest is done.
    if (method == "POST" && target == "/v1/admin/sweep") {
      const auto adopted = gate_->adopt_ready(CallContext{});
      if (!adopted.ok()) not_taken_ = adopted.error();
    }
    // Nobody else works here: what can be done is done now, and there is nothing to wait for behind that.
    const auto work_now = [this](const api::WaitFor&) -> Result<bool> {
      SCALPER_TRY(work_off());
      return false;
    };
    return ask_in_process(gate_->service(), {method, target, api::Role::kOperator, user_name(::geteuid())}, body,
                          work_now);
  }
  Result<std::size_t> work_off() override {
    SCALPER_TRY_ASSIGN(const std::size_t done, gate_->work_off(CallContext{}));
    if (not_taken_) return *std::exchange(not_taken_, std::nullopt);
    return done;
  }
  bool is_running() const override { return false; }

 private:
  std::unique_ptr<LocalGate> gate_;
  std::optional<Error> not_taken_;  // of the inbox
};

// "--workers takes a whole number from 1 to 256, not "0"".
Error takes(const std::string& what, const std::string& wanted, const std::string& value) {
  return {ErrorCode::kInvalidArgument, what + " takes " + wanted + ", not \"" + escape_text(value) + "\""};
}

std::string whole_number(unsigned most, std::string_view of = {}) {
  return "a whole number" + std::string(of) + " from 1 to " + std::to_string(most);
}

constexpr const char* kSize = "a size in bytes, or one such as 10GiB";

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

// 1 to `most`; nullopt: anything else.
std::optional<unsigned> number_from_one(const std::string& text, unsigned most) {
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 1 || number > most) return std::nullopt;
  return number;
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
  if (options.data.empty()) return takes("--data (SCALPER_DATA)", "a folder", options.data);
  options.webhook_ca = environment("SCALPER_WEBHOOK_CA");
  if (const std::string hooks = setting(arguments, "--hooks", "SCALPER_HOOKS"); !hooks.empty()) {
    std::error_code failed;
    options.hooks = std::filesystem::canonical(hooks, failed);
    if (failed || !std::filesystem::is_directory(options.hooks, failed))
      return Error(ErrorCode::kNotFound, "--hooks: there is no folder " + escape_text(hooks, 400));
  }
  if (const std::string clamd = setting(arguments, "--clamd", "SCALPER_CLAMD"); !clamd.empty()) {
    SCALPER_TRY_ASSIGN(options.clamd, parse_clamd_address(clamd));
  }
  options.contracts = contracts_folder(arguments);
  options.pipeline = setting(arguments, "--pipeline", "SCALPER_PIPELINE");
  options.log = setting(arguments, "--log", "SCALPER_LOG");
  const std::string publish = setting(arguments, "--publish", "SCALPER_PUBLISH");
  if (publish != "direct" && publish != "exact") return takes("SCALPER_PUBLISH", "direct or exact", publish);
  options.publish_exact = publish == "exact";
  constexpr std::array kAccessLogs = {"all", "errors", "none"};
  const std::string access = environment("SCALPER_ACCESS_LOG");
  const auto* const wanted = std::ranges::find(kAccessLogs, access);
  if (wanted == kAccessLogs.end()) return takes("SCALPER_ACCESS_LOG", "all, errors or none", access);
  options.access_log = static_cast<AccessLog>(wanted - kAccessLogs.begin());
  const std::string level = setting(arguments, "--log-level", "SCALPER_LOG_LEVEL");
  const auto known = std::find(kLevels.begin(), kLevels.end(), level);
  if (known == kLevels.end()) return takes("SCALPER_LOG_LEVEL", "debug, info, warning or error", level);
  options.log_level = static_cast<LogLevel>(known - kLevels.begin());
  const std::string days = setting(arguments, "--keep-replaced", "SCALPER_KEEP_REPLACED");
  const auto kept = number_from_one(days, kMostDays);
  if (!kept) return takes("--keep-replaced (SCALPER_KEEP_REPLACED)", whole_number(kMostDays, " of days"), days);
  options.keep_replaced = std::chrono::hours{24} * *kept;
  if (arguments.has("--reserve")) {
    options.uploads.reserve = grammar::parse_size(arguments.value("--reserve"));
    if (!options.uploads.reserve) return takes("--reserve", kSize, arguments.value("--reserve"));
  }
  if (arguments.has("--max-staged")) {
    const auto most = grammar::parse_size(arguments.value("--max-staged"));
    if (!most) return takes("--max-staged", kSize, arguments.value("--max-staged"));
    options.uploads.most_staged = *most;
  }
  if (!arguments.has("--workers")) return options;
  const std::string workers = arguments.value("--workers");
  const auto number = number_from_one(workers, kMostWorkers);
  if (!number) return takes("--workers", whole_number(kMostWorkers), workers);
  options.workers = *number;
  return options;
}

Result<GateTarget> choose_target(const Arguments& arguments) {
  if (!arguments.has("--aws")) return arguments.has("--url") ? GateTarget::kUrl : GateTarget::kFolder;
  for (const std::string_view other : {"--data", "--url", "--contracts"})
    if (arguments.has(other))
      return Error(ErrorCode::kInvalidArgument, "--aws and " + std::string(other) +
                                                    " name two gates: the one on AWS is described by the environment "
                                                    "alone, see 'scalper doctor --env'");
  return GateTarget::kAws;
}

std::variant<std::unique_ptr<GateClient>, NotReached> reach_gate(const Arguments& arguments) {
  const auto target = choose_target(arguments);
  if (!target.ok()) return NotReached{exit_code_of(target.error().code()), target.error().message()};
  if (*target == GateTarget::kAws) return reach_aws();
  if (*target == GateTarget::kUrl) return reach_url(arguments.value("--url"));
  const std::string data = data_folder(arguments);
  std::error_code failed;
  if (!data.empty() && !std::filesystem::is_directory(data + "/.scalper", failed)) {
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
