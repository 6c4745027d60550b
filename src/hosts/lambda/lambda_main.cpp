#include "hosts/lambda/lambda_main.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/escape.h"
#include "hosts/aws_gate.h"
#include "hosts/aws_spread.h"
#include "hosts/aws_tokens.h"
#include "hosts/lambda/api_handler.h"
#include "hosts/lambda/authorize.h"
#include "hosts/lambda/ingest.h"
#include "hosts/lambda/runtime_loop.h"
#include "hosts/lambda/sweep_handler.h"

namespace scalper::lambda {
namespace {

constexpr int kFailed = 1;
constexpr std::uint64_t kLeastMemory = 128;  // MiB, Lambda's own least

void complain(const std::string& sentence) { std::fprintf(stderr, "bootstrap: %s\n", sentence.c_str()); }

std::uint64_t memory_of(const aws::Environment& environment) {
  const std::string said = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
  std::uint64_t mebibytes = 0;
  const auto read = std::from_chars(said.data(), said.data() + said.size(), mebibytes);
  return read.ec == std::errc{} ? mebibytes : kLeastMemory;
}

Handler ingest_handler(AwsGate& gate, const aws::Environment& environment) {
  IngestOptions options;
  options.threads = aws::threads_for_memory(memory_of(environment));
  options.large = gate.large_queue();
  const auto ingest = std::make_shared<Ingest>(gate.gate(), options);
  return [&gate, ingest](const Invocation& invocation, const CallContext& context) -> Result<std::string> {
    if (const auto ready = gate.prepare(context); !ready.ok())
      return ingest->put_back(invocation.payload, ready.error(), context);
    return ingest->handle(invocation.payload, context);
  };
}

Handler sweep_handler(AwsGate& gate) {
  return [&gate](const Invocation&, const CallContext& context) -> Result<std::string> {
    SCALPER_TRY(gate.prepare(context));
    return handle_sweep(gate.gate(), gate.volume_guard(), context);
  };
}

Handler api_handler(AwsGate& gate) {
  return [&gate](const Invocation& invocation, const CallContext& context) {
    return handle_api(gate.service(), invocation.payload, context, [&] { return gate.prepare(context); });
  };
}

std::string handler_name(const aws::Environment& environment) {
  const std::string said = environment("_HANDLER");
  return said.substr(said.rfind('.') + 1);
}

Result<Handler> handler_of(AwsGate& gate, const aws::Environment& environment) {
  const std::string name = handler_name(environment);
  if (name == "ingest") return ingest_handler(gate, environment);
  if (name == "sweep") return sweep_handler(gate);
  if (name == "api") return api_handler(gate);
  return Error(ErrorCode::kInvalidArgument, "no handler \"" + escape_text(environment("_HANDLER")) +
                                                "\"; the function's handler is ingest, sweep, api or authorize");
}

// Of a gate, or of its tokens alone.
template <class Composition>
LoopHooks hooks_of(Composition& gate) {
  LoopHooks hooks;
  hooks.before = [&gate](const Invocation& invocation) {
    // Between invocations there is one thread. What runs below us, a hook's program too, finds the trace there.
    ::setenv("_X_AMZN_TRACE_ID", invocation.trace_id.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    gate.begin_invocation(invocation.request_id, invocation.trace_id);
  };
  hooks.after = [&gate](const Invocation&) { gate.end_invocation(); };
  return hooks;
}

int fail_start(RuntimeClient& runtime, const Error& error) {
  complain("the function cannot start: " + error.message());
  Failure failure = failure_of(error);
  failure.type = "Scalper.InitError";
  if (const auto told = runtime.fail_init(failure); !told.ok()) complain(told.error().message());
  return kFailed;
}

// The authorizer knows no buckets, no queue and no contracts, and its role need not either.
int run_authorizer(RuntimeClient& runtime, const aws::Environment& environment) {
  const auto opened = AwsTokens::open(environment);
  if (!opened.ok()) return fail_start(runtime, opened.error());
  AwsTokens& tokens = **opened;
  Authorizer authorizer(tokens.tokens(), tokens.clock());
  const Handler handler = [&authorizer](const Invocation& invocation, const CallContext& context) {
    return authorizer.answer(invocation.payload, context);
  };
  const Error end = run_loop(runtime, tokens.clock(), tokens.telemetry(), handler, hooks_of(tokens));
  complain(end.message());
  return kFailed;
}

}  // namespace

int run_lambda(const aws::Environment& environment) {
  const auto address = parse_runtime_address(environment("AWS_LAMBDA_RUNTIME_API"));
  if (!address.ok()) {
    complain(address.error().message() + "; this program is started by AWS Lambda");
    return kFailed;
  }
  RuntimeClient runtime(*address);
  if (handler_name(environment) == "authorize") return run_authorizer(runtime, environment);
  auto opened = AwsGate::open(environment, {});
  if (!opened.ok()) return fail_start(runtime, opened.error());
  AwsGate& gate = **opened;
  const auto handler = handler_of(gate, environment);
  if (!handler.ok()) return fail_start(runtime, handler.error());
  const Error end = run_loop(runtime, gate.gate().clock, gate.gate().telemetry, *handler, hooks_of(gate));
  complain(end.message());
  return kFailed;
}

}  // namespace scalper::lambda
