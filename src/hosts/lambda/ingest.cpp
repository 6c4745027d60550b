#include "hosts/lambda/ingest.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "base/escape.h"
#include "hosts/aws_batch_queue.h"
#include "hosts/aws_events.h"
#include "hosts/aws_intake.h"
#include "hosts/aws_spread.h"
#include "hosts/lambda/batch_answer.h"
#include "pipeline/backoff.h"
#include "pipeline/pause.h"
#include "pipeline/worker.h"

namespace scalper::lambda {
namespace {

// What the answer itself may take.
constexpr Millis kLastWords{500};
// The longest that SQS delays a message.
constexpr Millis kLongestDelay{std::chrono::minutes{15}};
// Changes of visibility that wait for each other share a call.
constexpr unsigned kGiveBacksAtOnce = 10;
// This much of an invocation may be over before a file is measured against what is left of it.
constexpr int kFreshShare = 20;

// Which files are not claimed in this invocation, and what becomes of their messages.
class Admission {
 public:
  Admission(Gate& gate, const CallContext& context, WorkQueue* large, ReadRate& rate, MonoTime stops_at)
      : gate_(gate),
        context_(context),
        large_(large),
        rate_(rate),
        stops_at_(stops_at),
        time_(stops_at - gate.clock.mono_now()) {}

  std::optional<Outcome> instead(const WorkMessage& message) {
    if (context_.stop.stop_requested()) return Outcome::again_in(Millis{0});
    const auto size = size_of(message);
    if (!size.ok()) return failed("size_unknown", size.error());
    if (*size > gate_.settings.largest_readable && large_ != nullptr) return hand_over(message);
    // One that is too long for every invocation is not read at all.
    if (*size > gate_.settings.largest_readable || fits(*size)) return std::nullopt;
    return Outcome::again_in(backoff(gate_, 0, gate_.settings.retry_base, gate_.settings.retry_cap));
  }

  // The threads of the batch are done: nothing is running.
  void all_ended() {
    const std::lock_guard lock(mutex_);
    running_.clear();
  }

 private:
  // Whether a file can be read beside those that are running: they share the network, and the time that is left.
  // What fits counts as running until its thread asks again.
  bool fits(std::uint64_t size) {
    const Millis left = stops_at_ - gate_.clock.mono_now();
    const bool fresh = time_ - left <= time_ / kFreshShare;
    const std::lock_guard lock(mutex_);
    running_.erase(std::this_thread::get_id());
    std::uint64_t together = size;
    for (const auto& [thread, bytes] : running_) together += bytes;
    const bool alone = together == size;
    if (!(alone && fresh) && together > rate_.bytes_in(left)) return false;
    running_[std::this_thread::get_id()] = size;
    return true;
  }

  Result<std::uint64_t> size_of(const WorkMessage& message) {
    if (const auto* const event = std::get_if<ObjectEvent>(&message)) return event->size;
    SCALPER_TRY_ASSIGN(const auto record, gate_.records.get(context_, std::get<ReviewMessage>(message).id));
    return record ? record->size : 0;
  }

  Outcome hand_over(const WorkMessage& message) {
    const auto sent = large_->send(context_, format_message(message), Millis{0});
    return sent.ok() ? Outcome::done() : failed("hand_over_failed", sent.error());
  }

  Outcome failed(const char* event, const Error& error) {
    gate_.telemetry.log({LogLevel::kWarning, event, {{"error", error.message()}}});
    return Outcome::again_in(backoff(gate_, 1, gate_.settings.retry_base, gate_.settings.retry_cap));
  }

  Gate& gate_;
  const CallContext& context_;
  WorkQueue* large_;
  ReadRate& rate_;
  MonoTime stops_at_;
  Millis time_;
  std::mutex mutex_;
  std::map<std::thread::id, std::uint64_t> running_;
};

// Files of a paused gate are sent anew: given back, they would end as dead letters. As late as SQS lets it be, since
// Lambda counts how often a message goes round (docs/unproven.md, loop protection).
std::optional<Outcome> put_off(Gate& gate, const CallContext& context, const WorkMessage& message) {
  const auto sent = gate.queue.send(context, format_message(message), kLongestDelay);
  if (sent.ok()) return Outcome::done();
  gate.telemetry.log({LogLevel::kWarning, "put_off_failed", {{"error", sent.error().message()}}});
  return Outcome::again_in(kPauseLook);
}

}  // namespace

Ingest::Ingest(Gate& gate, const IngestOptions& options)
    : gate_(gate), options_(options), rate_(options.assumed_bytes_per_second) {
  gate_.on_read = [this](std::uint64_t bytes, Millis took) { rate_.measured(bytes, took); };
}

CallContext Ingest::before_answer(const CallContext& context) {
  CallContext own = context;
  if (context.deadline == MonoTime::max()) return own;
  const Millis time = context.deadline - gate_.clock.mono_now();
  own.deadline = context.deadline - std::min(kLastWords, time / 10);
  return own;
}

std::size_t Ingest::run(aws::BatchQueue& batch, const std::vector<Delivery>& messages, const CallContext& context) {
  const MonoTime now = gate_.clock.mono_now();
  const Millis time = context.deadline == MonoTime::max() ? Millis{std::chrono::hours{24}} : context.deadline - now;
  const MonoTime stops_at = now + time - std::min(options_.margin, time / 2);
  gate_.settings.largest_readable = rate_.bytes_in(stops_at - now);
  CallContext own = before_answer(context);
  own.stop = guard_.arm(stops_at - now);
  struct Disarm {
    TimeGuard& guard;
    ~Disarm() { guard.disarm(); }
  } const disarm{guard_};

  Gate gate = aws::gate_over_queue(gate_, batch);
  const std::size_t passed_over =
      aws::take_in(gate, own, messages, {options_.threads, options_.large != nullptr}, batch);
  const auto paused = gate.pause.is_paused(gate, own);
  Admission admission(gate, own, options_.large, rate_, stops_at);
  BatchRules rules;
  rules.spread = [&](std::size_t count, const std::function<void(std::size_t)>& work) {
    aws::spread(count, options_.threads, work);
    admission.all_ended();
  };
  rules.instead = [&](const WorkMessage& message) {
    return paused.ok() && *paused ? put_off(gate, own, message) : admission.instead(message);
  };
  process_batch(gate, own, batch.deliveries(), rules);
  return passed_over;
}

// Without it a message would stay hidden for the queue's own, long time.
void Ingest::give_back(const std::vector<GivenBack>& messages, const CallContext& own) {
  aws::spread(messages.size(), kGiveBacksAtOnce, [&](std::size_t i) {
    const auto given = gate_.queue.give_back(own.at_step(9), messages[i].receipt, messages[i].come_again);
    if (!given.ok())
      gate_.telemetry.log({LogLevel::kWarning, "give_back_failed", {{"error", given.error().message()}}});
  });
}

Result<std::string> Ingest::handle_batch(const std::vector<Delivery>& messages, const CallContext& context) {
  const CallContext own = before_answer(context);
  // Lambda refuses a mapping whose queue hides messages for less than the function's time.
  aws::BatchQueue batch(gate_.queue, aws::BatchQueue::Visibility::kStays);
  run(batch, messages, context);
  std::vector<std::string> ids;
  ids.reserve(messages.size());
  for (const Delivery& message : messages) ids.push_back(message.message_id);
  std::vector<std::string> failed;
  std::vector<GivenBack> back;
  for (aws::BatchQueue::Undone& undone : batch.undone()) {
    failed.push_back(undone.message_id);
    if (!undone.receipt.empty()) back.push_back({std::move(undone.receipt), undone.come_again});
  }
  give_back(back, own);
  return batch_answer(ids, failed);
}

// Nobody gives such an event again as a queue does: what is left of it goes to the queue.
Result<std::string> Ingest::handle_event(const Delivery& event, const CallContext& context) {
  const CallContext own = before_answer(context);
  aws::BatchQueue batch(gate_.queue, aws::BatchQueue::Visibility::kStays);
  const std::size_t passed_over = run(batch, {event}, context);
  const std::size_t files = batch.deliveries().size();
  std::size_t queued = 0;
  for (const aws::BatchQueue::Undone& undone : batch.undone()) {
    if (undone.files.empty()) return Error(ErrorCode::kInvalidArgument, "the event is refused: " + undone.why);
    for (const std::string& file : undone.files) {
      const auto sent = gate_.queue.send(own.at_step(9), file, std::min(undone.come_again, kLongestDelay));
      if (!sent.ok()) return sent.error().within("queueing what could not be finished");
      ++queued;
    }
  }
  return boost::json::serialize(
      boost::json::object{{"done", files - queued}, {"queued", queued}, {"ignored", passed_over}});
}

Result<std::string> Ingest::put_back(std::string_view payload, const Error& why, const CallContext& context) {
  SCALPER_TRY_ASSIGN(const auto messages, aws::read_sqs_batch(payload));
  if (!messages || !is_retryable(why.code())) return why;
  gate_.telemetry.log({LogLevel::kError, "not_ready", {{"error", why.message()}}});
  std::vector<std::string> ids;
  ids.reserve(messages->size());
  std::vector<GivenBack> back;
  for (const Delivery& message : *messages) {
    ids.push_back(message.message_id);
    back.push_back(
        {message.receipt, backoff(gate_, message.receive_count, gate_.settings.retry_base, gate_.settings.retry_cap)});
  }
  give_back(back, before_answer(context));
  return batch_answer(ids, ids);
}

Result<std::string> Ingest::handle(std::string_view payload, const CallContext& context) {
  SCALPER_TRY_ASSIGN(const auto batch, aws::read_sqs_batch(payload));
  if (batch) return handle_batch(*batch, context);
  return handle_event({context.correlation_id, {}, std::string(payload), 1}, context);
}

}  // namespace scalper::lambda
