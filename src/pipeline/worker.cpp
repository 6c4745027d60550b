#include "pipeline/worker.h"

#include <string>
#include <utility>

#include "base/escape.h"
#include "pipeline/backoff.h"
#include "pipeline/ingest/claim.h"
#include "pipeline/pause.h"
#include "pipeline/process_object.h"

namespace scalper {
namespace {

constexpr std::size_t kReceive = 4;
constexpr Millis kReceiveWait{std::chrono::seconds{5}};
constexpr Millis kPausedLook{std::chrono::milliseconds{200}};

void say(Gate& gate, const char* event, const std::string& error) {
  gate.telemetry.log({LogLevel::kWarning, event, {{"error", error}}});
}

// Step 9. True if the message is gone for good.
bool settle(Gate& gate, const CallContext& context, const Delivery& delivery, const Outcome& outcome) {
  const CallContext step = context.at_step(9);
  const auto settled = outcome.acknowledge ? gate.queue.acknowledge(step, delivery.receipt)
                                           : gate.queue.give_back(step, delivery.receipt, outcome.come_again);
  if (!settled.ok()) say(gate, "settle_failed", settled.error().message());
  return settled.ok() && outcome.acknowledge;
}

struct Deferred {
  const Delivery* delivery;
  Claimed claimed;
};

Outcome outcome_of(Gate& gate, const Delivery& delivery, const Result<Outcome>& result) {
  if (result.ok()) return *result;
  say(gate, "message_failed", result.error().message());
  return Outcome::again_in(backoff(gate, delivery.receive_count, gate.settings.retry_base, gate.settings.retry_cap));
}

// A message that can never be understood is no file of ours; it goes back until the queue makes it a dead letter, where
// an operator sees it.
Result<WorkMessage> understand(const Delivery& delivery) { return parse_message(delivery.body); }

bool is_suspect(const Claimed& claimed) { return claimed.record.parsing && claimed.record.crashes > 0; }

}  // namespace

std::size_t process_batch(Gate& gate, const CallContext& context, const std::vector<Delivery>& deliveries) {
  std::size_t acknowledged = 0;
  std::vector<Deferred> suspects;
  for (const Delivery& delivery : deliveries) {
    const auto message = understand(delivery);
    if (!message.ok()) {
      acknowledged += settle(gate, context, delivery, outcome_of(gate, delivery, message.error())) ? 1U : 0U;
      continue;
    }
    auto claim = claim_object(gate, context.at_step(1), *message);
    if (auto* const claimed = claim.ok() ? std::get_if<Claimed>(&*claim) : nullptr) {
      claimed->receipt = delivery.receipt;
      if (is_suspect(*claimed)) {
        suspects.push_back({&delivery, std::move(*claimed)});
        continue;
      }
    }
    const auto outcome = claim.ok() ? continue_claim(gate, context, *std::move(claim)) : Result<Outcome>(claim.error());
    acknowledged += settle(gate, context, delivery, outcome_of(gate, delivery, outcome)) ? 1U : 0U;
  }
  for (Deferred& suspect : suspects) {
    const Outcome outcome = carry_out(gate, context, std::move(suspect.claimed));
    acknowledged += settle(gate, context, *suspect.delivery, outcome) ? 1U : 0U;
  }
  return acknowledged;
}

void work_until_stopped(Gate& gate, const CallContext& context) {
  std::uint32_t failures = 0;
  while (!context.stop.stop_requested()) {
    // A paused gate does not even receive: deliveries count, and would end as dead letters.
    const auto paused = gate.pause.is_paused(gate, context);
    if (paused.ok() && *paused) {
      gate.clock.sleep_until(context, gate.clock.mono_now() + kPausedLook);
      continue;
    }
    const auto deliveries = gate.queue.receive(context.at_step(0), kReceive, gate.settings.visibility, kReceiveWait);
    if (deliveries.ok()) {
      failures = 0;
      process_batch(gate, context, *deliveries);
      continue;
    }
    if (context.stop.stop_requested()) return;
    say(gate, "receive_failed", deliveries.error().message());
    gate.clock.sleep_until(
        context, gate.clock.mono_now() + backoff(gate, ++failures, gate.settings.retry_base, gate.settings.retry_cap));
  }
}

}  // namespace scalper
