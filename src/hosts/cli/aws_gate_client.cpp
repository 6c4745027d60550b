#include "hosts/cli/aws_gate_client.h"

#include <unistd.h>

#include <optional>
#include <string_view>
#include <utility>

#include "adapters/aws/caller_identity.h"
#include "base/escape.h"
#include "hosts/aws_environment.h"
#include "hosts/aws_gate.h"
#include "hosts/cli/in_process.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "hosts/local_socket.h"

namespace scalper::cli {
namespace {

constexpr Millis kLookAgain{500};
constexpr std::size_t kNameChars = 200;

Error with_way_out(const Error& error) {
  return {error.code(), error.message() +
                            "; --aws means the gate that the environment describes, 'scalper doctor --env' lists its "
                            "variables"};
}

// A list of files, or one file: the table has all of it. Anything else wants the whole gate.
bool reads_records_alone(const std::string& method, const std::string& target) {
  constexpr std::string_view kFiles = "/v1/files";
  const std::string path = target.substr(0, target.find('?'));
  return method == "GET" && path.starts_with(kFiles) && path.find('/', kFiles.size() + 1) == std::string::npos;
}

class AwsOwnGate final : public GateClient {
 public:
  explicit AwsOwnGate(std::unique_ptr<AwsGate> gate) : gate_(std::move(gate)) {}

  Result<Answer> ask(const std::string& method, const std::string& target, const std::string& body) override {
    if (!reads_records_alone(method, target)) SCALPER_TRY(make_whole());
    api::RequestHead head{method, target, api::Role::kOperator, {}};
    if (method != "GET") {
      SCALPER_TRY(gate_->prepare(CallContext{}));
      head.caller = caller();
    }
    std::optional<MonoTime> until;
    return ask_in_process(gate_->service(), std::move(head), body, [&](const api::WaitFor& wait) -> Result<bool> {
      Clock& clock = gate_->gate().clock;
      if (!until) until = clock.mono_now() + wait.at_most;
      clock.sleep_until(CallContext{}, std::min(*until, clock.mono_now() + kLookAgain));
      return clock.mono_now() < *until;
    });
  }
  // The Lambda or a worker does what was started.
  bool is_running() const override { return true; }

 private:
  // The first one knows the table alone.
  Result<void> make_whole() {
    if (whole_) return {};
    auto opened = open_aws_gate(STDERR_FILENO, {});
    if (!opened.ok()) return with_way_out(opened.error());
    gate_ = std::move(opened).value();
    whole_ = true;
    return {};
  }

  // The identity that AWS knows, as the API has it from its gateway; that of this machine where none tells.
  const std::string& caller() {
    if (caller_.empty()) {
      const auto known = aws::caller_identity(gate_->client(), CallContext{});
      caller_ = known.ok() ? escape_text(known->arn, kNameChars) : user_name(::geteuid());
    }
    return caller_;
  }

  std::unique_ptr<AwsGate> gate_;
  bool whole_ = false;
  std::string caller_;
};

// A command says itself what it did: without a wish for more, only warnings are logged.
aws::Environment quieter(aws::Environment environment) {
  return [environment = std::move(environment),
          given = ::secure_getenv("SCALPER_LOG_LEVEL") != nullptr](std::string_view name) -> std::string {
    return name == "SCALPER_LOG_LEVEL" && !given ? "warning" : environment(name);
  };
}

}  // namespace

Result<std::unique_ptr<AwsGate>> open_aws_gate(int log, aws::AwsNeeds needs) {
  AwsGateOptions options;
  options.needs = needs;
  options.log = log;
  options.metrics = false;
  return AwsGate::open(quieter(process_environment()), options);
}

std::variant<std::unique_ptr<GateClient>, NotReached> reach_aws() {
  auto opened = open_aws_gate(STDERR_FILENO, {.table = true, .queue = false, .files = false});
  if (!opened.ok()) return NotReached{exit_code_of(opened.error().code()), with_way_out(opened.error()).message()};
  return std::make_unique<AwsOwnGate>(std::move(opened).value());
}

}  // namespace scalper::cli
