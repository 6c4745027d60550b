#include "hosts/aws_batch_queue.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace scalper::aws {
namespace {

Error foreign_receipt() { return {ErrorCode::kInvalidArgument, "batch: a receipt that is not of this batch"}; }

}  // namespace

void BatchQueue::add(const Delivery& message, const std::vector<WorkMessage>& files) {
  Message entry{message, {}, std::nullopt, {}};
  for (const WorkMessage& file : files) entry.files.push_back({format_message(file), false, std::nullopt});
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(entry));
}

void BatchQueue::add_refused(const Delivery& message, Millis delay, std::string why) {
  const std::lock_guard lock(mutex_);
  messages_.push_back({message, {}, delay, std::move(why)});
}

std::vector<Delivery> BatchQueue::deliveries() const {
  const std::lock_guard lock(mutex_);
  std::vector<Delivery> all;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const Message& message = messages_[i];
    for (std::size_t k = 0; k < message.files.size(); ++k) {
      all.push_back({message.delivery.message_id, std::to_string(i) + "." + std::to_string(k), message.files[k].body,
                     message.delivery.receive_count});
    }
  }
  return all;
}

std::vector<BatchQueue::Undone> BatchQueue::undone() const {
  const std::lock_guard lock(mutex_);
  std::vector<Undone> all;
  for (const Message& message : messages_) {
    Undone undone{message.delivery.message_id,
                  message.delivery.receipt,
                  {},
                  message.refused.value_or(Millis::max()),
                  message.why};
    for (const File& file : message.files) {
      if (file.acknowledged) continue;
      undone.files.push_back(file.body);
      undone.come_again = std::min(undone.come_again, file.come_again.value_or(Millis{0}));
    }
    if (message.refused || !undone.files.empty()) all.push_back(std::move(undone));
  }
  return all;
}

// Under the lock.
BatchQueue::File* BatchQueue::find(const std::string& receipt, Message** message) {
  const char* const end = receipt.data() + receipt.size();
  std::size_t at = 0;
  std::size_t file = 0;
  const auto first = std::from_chars(receipt.data(), end, at);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return nullptr;
  const auto second = std::from_chars(first.ptr + 1, end, file);
  if (second.ec != std::errc{} || second.ptr != end) return nullptr;
  if (at >= messages_.size() || file >= messages_[at].files.size()) return nullptr;
  if (message != nullptr) *message = &messages_[at];
  return &messages_[at].files[file];
}

Result<void> BatchQueue::extend(const CallContext& context, const std::string& receipt, Millis visibility) {
  std::string real;
  {
    const std::lock_guard lock(mutex_);
    Message* message = nullptr;
    if (find(receipt, &message) == nullptr) return foreign_receipt();
    real = message->delivery.receipt;
  }
  return real.empty() || visibility_ == Visibility::kStays ? Result<void>() : queue_.extend(context, real, visibility);
}

Result<void> BatchQueue::acknowledge(const CallContext& /*context*/, const std::string& receipt) {
  const std::lock_guard lock(mutex_);
  File* const file = find(receipt);
  if (file == nullptr) return foreign_receipt();
  file->acknowledged = true;
  return {};
}

Result<void> BatchQueue::give_back(const CallContext& /*context*/, const std::string& receipt, Millis delay) {
  const std::lock_guard lock(mutex_);
  File* const file = find(receipt);
  if (file == nullptr) return foreign_receipt();
  file->come_again = delay;
  return {};
}

Gate gate_over_queue(const Gate& gate, WorkQueue& queue) {
  return Gate{.objects = gate.objects,
              .records = gate.records,
              .queue = queue,
              .contracts = gate.contracts,
              .pause = gate.pause,
              .notices = gate.notices,
              .telemetry = gate.telemetry,
              .clock = gate.clock,
              .new_owner = gate.new_owner,
              .random = gate.random,
              .settings = gate.settings,
              .on_read = gate.on_read};
}

}  // namespace scalper::aws
