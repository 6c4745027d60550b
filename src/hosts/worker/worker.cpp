#include "hosts/worker/worker.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/system_clock.h"
#include "adapters/memory/memory_work_queue.h"
#include "base/escape.h"
#include "hosts/aws_batch_queue.h"
#include "hosts/aws_environment.h"
#include "hosts/aws_gate.h"
#include "hosts/aws_intake.h"
#include "hosts/local_exit_codes.h"
#include "pipeline/backoff.h"
#include "pipeline/pause.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"

namespace scalper::worker {
namespace {

constexpr Millis kPoll{std::chrono::seconds{20}};  // the longest that SQS waits
constexpr Millis kWhilePaused{std::chrono::seconds{2}};
constexpr Millis kStart{std::chrono::minutes{1}};
constexpr Millis kSweep{std::chrono::minutes{1}};
constexpr Millis kSweepBesideQueue{std::chrono::minutes{5}};

// What this process keeps instead of a table and a queue. The clock outlives both.
struct OwnParts {
  SystemClock clock;
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<SqliteRecordStore> records;
  std::unique_ptr<MemoryWorkQueue> queue;
};

Result<void> open_records(const std::string& folder, OwnParts& parts) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error(ErrorCode::kPermissionDenied, escape_text(folder, 400) + ": " + failed.message());
  SCALPER_TRY_ASSIGN(parts.database, SqliteDatabase::open(folder + "/records.db", parts.clock));
  parts.records = std::make_unique<SqliteRecordStore>(*parts.database);
  return {};
}

void log_error(Gate& gate, const char* event, const Error& error) {
  gate.telemetry.log({LogLevel::kWarning, event, {{"error", error.message()}}});
}

// One message at a time, so that each is done with when its file is.
void take(Gate& gate, const CallContext& context, const std::vector<Delivery>& messages) {
  aws::BatchQueue batch(gate.queue, aws::BatchQueue::Visibility::kRenewed);
  Gate own = aws::gate_over_queue(gate, batch);
  (void)aws::take_in(own, context, messages, {}, batch);
  process_batch(own, context, batch.deliveries());
  std::set<std::string> undone;
  for (const auto& message : batch.undone()) {
    undone.insert(message.receipt);
    const auto given = gate.queue.give_back(context.to_the_end().at_step(9), message.receipt, message.come_again);
    if (!given.ok()) log_error(gate, "give_back_failed", given.error());
  }
  for (const Delivery& message : messages) {
    if (undone.contains(message.receipt)) continue;
    const auto done = gate.queue.acknowledge(context.to_the_end().at_step(9), message.receipt);
    if (!done.ok()) log_error(gate, "acknowledge_failed", done.error());
  }
}

void take_until_stopped(Gate& gate, const CallContext& context) {
  std::uint32_t failures = 0;
  while (!context.stop.stop_requested()) {
    const auto paused = gate.pause.is_paused(gate, context);
    if (paused.ok() && *paused) {
      gate.clock.sleep_until(context, gate.clock.mono_now() + kWhilePaused);
      continue;
    }
    const auto messages = gate.queue.receive(context.at_step(0), 1, gate.settings.visibility, kPoll);
    if (messages.ok()) {
      failures = 0;
      take(gate, context, *messages);
      continue;
    }
    if (context.stop.stop_requested()) return;
    log_error(gate, "receive_failed", messages.error());
    gate.clock.sleep_until(
        context, gate.clock.mono_now() + backoff(gate, ++failures, gate.settings.retry_base, gate.settings.retry_cap));
  }
}

void sweep_until_stopped(AwsGate& aws_gate, const CallContext& context, Millis period) {
  Gate& gate = aws_gate.gate();
  while (!context.stop.stop_requested()) {
    const auto swept = sweep(gate, context);
    if (!swept.ok() && !context.stop.stop_requested()) log_error(gate, "sweep_failed", swept.error());
    aws_gate.end_invocation();  // metrics since the last time
    gate.clock.sleep_until(context, gate.clock.mono_now() + period);
  }
  aws_gate.end_invocation();
}

void run(AwsGate& aws_gate, const CallContext& context, unsigned threads, Millis sweep_period) {
  std::vector<std::jthread> all;
  for (unsigned i = 0; i < threads; ++i)
    all.emplace_back([&aws_gate, &context] { take_until_stopped(aws_gate.gate(), context); });
  sweep_until_stopped(aws_gate, context, sweep_period);
}

unsigned threads_of(const WorkerOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::clamp(2 * std::thread::hardware_concurrency(), 4U, 32U);
}

}  // namespace

int work(const WorkerOptions& options, const std::stop_token& stop, const std::function<void(const std::string&)>& say,
         const std::function<void(const std::string&)>& complain) {
  const aws::Environment environment = process_environment();
  OwnParts parts;
  const auto refuse = [&complain](const Error& error) {
    complain(error.message());
    return exit_code_of(error.code());
  };
  if (!options.records.empty())
    if (const auto opened = open_records(options.records, parts); !opened.ok()) return refuse(opened.error());
  const bool has_queue = !environment("SCALPER_QUEUE_URL").empty();
  if (!has_queue) parts.queue = std::make_unique<MemoryWorkQueue>(parts.clock);
  AwsGateOptions wanted;
  wanted.needs = {.table = options.records.empty(), .queue = has_queue};
  wanted.records = parts.records.get();
  wanted.queue = parts.queue.get();
  const auto gate = AwsGate::open(environment, wanted);
  if (!gate.ok()) return refuse(gate.error());
  CallContext context;
  context.stop = stop;
  context.correlation_id = "worker";
  CallContext start = context;
  start.deadline = parts.clock.mono_now() + kStart;
  if (const auto ready = (*gate)->prepare(start); !ready.ok()) return refuse(ready.error());
  const unsigned threads = threads_of(options);
  say("scalper worker is up: " + std::to_string(threads) + " files at once from bucket " +
      escape_text((*gate)->settings().input.value(), 255) + (has_queue ? ", by its queue" : ", by the sweep"));
  run(**gate, context, threads, has_queue ? kSweepBesideQueue : kSweep);
  return kExitOk;
}

}  // namespace scalper::worker
