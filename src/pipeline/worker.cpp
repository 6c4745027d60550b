#include "pipeline/worker.h"

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "base/escape.h"
#include "pipeline/backoff.h"
#include "pipeline/ingest/claim.h"
#include "pipeline/pause.h"
#include "pipeline/process_object.h"
#include "pipeline/record/hand_back.h"

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
  const CallContext step = context.to_the_end().at_step(9);
  const auto settled = outcome.acknowledge ? gate.queue.acknowledge(step, delivery.receipt)
                                           : gate.queue.give_back(step, delivery.receipt, outcome.come_again);
  if (!settled.ok()) say(gate, "settle_failed", settled.error().message());
  return settled.ok() && outcome.acknowledge;
}

Outcome outcome_of(Gate& gate, const Delivery& delivery, const Result<Outcome>& result) {
  if (result.ok()) return *result;
  say(gate, "message_failed", result.error().message());
  return Outcome::again_in(backoff(gate, delivery.receive_count, gate.settings.retry_base, gate.settings.retry_cap));
}

// A message that can never be understood is no file of ours; it goes back until the queue makes it a dead letter, where
// an operator sees it.
Result<WorkMessage> understand(const Delivery& delivery) { return parse_message(delivery.body); }

bool is_suspect(const Claimed& claimed) { return claimed.record.parsing && claimed.record.crashes > 0; }

enum class Turn : std::uint8_t { kWithMates, kAlone };

// The messages of one receive. take() may be called by several threads at once.
class Batch {
 public:
  Batch(Gate& gate, const CallContext& context, const BatchRules& rules)
      : gate_(gate), context_(context), rules_(rules) {}

  void spread(std::size_t count, const std::function<void(std::size_t)>& work) const {
    if (rules_.spread) return rules_.spread(count, work);
    for (std::size_t i = 0; i < count; ++i) work(i);
  }

  void take(const Delivery& delivery) {
    const auto outcome = outcome_of_message(delivery, Turn::kWithMates);
    if (outcome) end(delivery, *outcome);
  }

  // One after another, each claimed only when its turn has come.
  void take_suspects() {
    for (const Delivery* const suspect : suspects_)
      if (const auto outcome = outcome_of_message(*suspect, Turn::kAlone)) end(*suspect, *outcome);
  }

  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }

 private:
  void end(const Delivery& delivery, const Result<Outcome>& outcome) {
    acknowledged_ += settle(gate_, context_, delivery, outcome_of(gate_, delivery, outcome)) ? 1U : 0U;
  }

  // nullopt: it runs last.
  std::optional<Result<Outcome>> outcome_of_message(const Delivery& delivery, Turn turn) {
    const auto message = understand(delivery);
    if (!message.ok()) return message.error();
    if (rules_.instead)
      if (const auto instead = rules_.instead(*message)) return *instead;
    auto claim = claim_object(gate_, context_.at_step(1), *message);
    if (!claim.ok()) return claim.error();
    if (auto* const claimed = std::get_if<Claimed>(&*claim)) {
      claimed->receipt = delivery.receipt;
      if (turn == Turn::kWithMates && is_suspect(*claimed)) return put_aside(delivery, *claimed);
    }
    return continue_claim(gate_, context_, *std::move(claim));
  }

  // The claim says that a parse is on its way. Kept while others run, their crash would be counted as this file's.
  std::optional<Result<Outcome>> put_aside(const Delivery& delivery, Claimed& claimed) {
    const auto freed = hand_back_waiting(gate_, context_.to_the_end().at_step(1), claimed, Millis{0});
    if (!freed.ok()) return freed.error();
    const std::lock_guard lock(mutex_);
    suspects_.push_back(&delivery);
    return std::nullopt;
  }

  Gate& gate_;
  const CallContext& context_;
  const BatchRules& rules_;
  std::mutex mutex_;
  std::vector<const Delivery*> suspects_;
  std::atomic<std::size_t> acknowledged_{0};
};

}  // namespace

std::size_t process_batch(Gate& gate, const CallContext& context, const std::vector<Delivery>& deliveries,
                          const BatchRules& rules) {
  Batch batch(gate, context, rules);
  batch.spread(deliveries.size(), [&](std::size_t i) { batch.take(deliveries[i]); });
  batch.take_suspects();
  return batch.acknowledged();
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
