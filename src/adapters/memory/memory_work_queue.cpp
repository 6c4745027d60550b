#include "adapters/memory/memory_work_queue.h"

#include <algorithm>

#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxBody = 256 * 1024;
constexpr std::size_t kMaxBatch = 10;
constexpr std::chrono::milliseconds kLook{10};  // of real time, between two looks at the clock

Result<void> check_duration(Millis duration) {
  if (duration < Millis{0}) return Error{ErrorCode::kInvalidArgument, "a time to come is not negative"};
  return {};
}

}  // namespace

MemoryWorkQueue::MemoryWorkQueue(Clock& clock, MemoryWorkQueueOptions options)
    : clock_(clock), options_(options), ids_(options.ids) {}

Result<void> MemoryWorkQueue::send(const CallContext& context, const std::string& body, Millis delay) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(delay));
  if (body.size() > kMaxBody) return Error{ErrorCode::kInvalidArgument, "a message has at most 256 KiB"};
  const MonoTime now = clock_.mono_now();
  Message message;
  message.id = ids_.next("m");
  message.body = body;
  message.sent_at = now;
  {
    const std::lock_guard lock(mutex_);
    messages_.emplace(now + delay, std::move(message));
  }
  arrived_.notify_all();
  return {};
}

Result<std::vector<Delivery>> MemoryWorkQueue::receive(const CallContext& context, std::size_t limit, Millis visibility,
                                                       Millis wait) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(visibility));
  if (limit < 1 || limit > kMaxBatch) return Error{ErrorCode::kInvalidArgument, "one call takes 1 to 10 messages"};
  const MonoTime end = std::min(clock_.mono_now() + std::max(wait, Millis{0}), context.deadline);
  for (;;) {
    const MonoTime now = clock_.mono_now();
    const WallTime wall = clock_.wall_now();
    std::unique_lock lock(mutex_);
    std::vector<Delivery> taken = take(limit, now, wall, visibility);
    if (!taken.empty() || now >= end || context.stop.stop_requested()) return taken;
    const std::size_t before = messages_.size();
    arrived_.wait_for(lock, context.stop, kLook, [&] { return messages_.size() != before; });
  }
}

std::vector<Delivery> MemoryWorkQueue::take(std::size_t limit, MonoTime now, WallTime wall, Millis visibility) {
  std::vector<Delivery> taken;
  while (taken.size() < limit && !messages_.empty() && messages_.begin()->first <= now) {
    const auto first = messages_.begin();
    by_receipt_.erase(first->second.receipt);
    if (first->second.receive_count >= options_.max_receives) {
      first->second.died_at = wall;
      dead_.push_back(std::move(first->second));
      messages_.erase(first);
      continue;
    }
    Message& message = first->second;
    ++message.receive_count;
    message.receipt = ids_.next("r");
    taken.push_back({message.id, message.receipt, message.body, message.receive_count});
    // With a visibility of 0 it is visible at once, yet not delivered twice by one call.
    const auto moved = move_to(first, now + std::max(visibility, Millis{1}));
    by_receipt_.emplace(moved->second.receipt, moved);
  }
  return taken;
}

MemoryWorkQueue::Waiting::iterator MemoryWorkQueue::find(const std::string& receipt) {
  const auto found = by_receipt_.find(receipt);
  return found == by_receipt_.end() ? messages_.end() : found->second;
}

MemoryWorkQueue::Waiting::iterator MemoryWorkQueue::move_to(Waiting::iterator message, MonoTime visible_at) {
  auto node = messages_.extract(message);
  node.key() = visible_at;
  return messages_.insert(std::move(node));
}

Result<void> MemoryWorkQueue::extend(const CallContext& context, const std::string& receipt, Millis visibility) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(visibility));
  const MonoTime now = clock_.mono_now();
  const std::lock_guard lock(mutex_);
  const auto message = find(receipt);
  if (message == messages_.end()) return Error{ErrorCode::kNotFound, "the receipt is void"};
  by_receipt_[receipt] = move_to(message, now + visibility);
  return {};
}

Result<void> MemoryWorkQueue::acknowledge(const CallContext& context, const std::string& receipt) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto message = find(receipt);
  if (message == messages_.end()) return {};
  by_receipt_.erase(receipt);
  messages_.erase(message);
  return {};
}

Result<void> MemoryWorkQueue::give_back(const CallContext& context, const std::string& receipt, Millis delay) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(delay));
  const MonoTime now = clock_.mono_now();
  {
    const std::lock_guard lock(mutex_);
    const auto message = find(receipt);
    if (message == messages_.end()) return {};
    by_receipt_.erase(receipt);
    message->second.receipt.clear();
    move_to(message, now + delay);
  }
  arrived_.notify_all();
  return {};
}

Result<QueueDepth> MemoryWorkQueue::depth(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  const MonoTime now = clock_.mono_now();
  const std::lock_guard lock(mutex_);
  QueueDepth depth;
  depth.dead = dead_.size();
  for (const auto& [visible_at, message] : messages_) {
    if (visible_at <= now)
      ++depth.visible;
    else if (!message.receipt.empty())
      ++depth.in_flight;
    depth.oldest_age = std::max(*depth.oldest_age, now - message.sent_at);
  }
  return depth;
}

Result<std::vector<DeadLetter>> MemoryWorkQueue::dead_letters(const CallContext& context, std::size_t limit) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  std::vector<DeadLetter> letters;
  for (const Message& message : dead_) {
    if (letters.size() == limit) break;
    letters.push_back({message.id, message.body, message.receive_count, message.died_at});
  }
  return letters;
}

Result<std::size_t> MemoryWorkQueue::redrive(const CallContext& context, std::size_t limit) {
  SCALPER_TRY(may_begin(context, clock_));
  const MonoTime now = clock_.mono_now();
  std::size_t moved = 0;
  {
    const std::lock_guard lock(mutex_);
    for (; moved < limit && !dead_.empty(); ++moved) {
      Message message = std::move(dead_.front());
      dead_.pop_front();
      message.receive_count = 0;
      message.receipt.clear();
      message.sent_at = now;
      messages_.emplace(now, std::move(message));
    }
  }
  arrived_.notify_all();
  return moved;
}

}  // namespace scalper
