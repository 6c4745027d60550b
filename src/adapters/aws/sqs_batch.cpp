#include "adapters/aws/sqs_batch.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "ports/may_begin.h"

namespace scalper::aws::sqs {

namespace json = boost::json;

ReceiptCalls::ReceiptCalls(AwsClient& client, Clock& clock, std::string queue_url, std::string operation)
    : client_(client), clock_(clock), queue_url_(std::move(queue_url)), operation_(std::move(operation)) {}

Result<Fate> ReceiptCalls::submit(const CallContext& context, const Entry& entry) {
  Ticket own{&entry, {}};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  // A call of another that has this entry ends by that one's own limits; then it is decided, or ours to make.
  turn_.wait(lock, [&] { return own.fate || (!is_calling_ && !own.is_out); });
  if (own.fate) return *std::move(own.fate);
  if (const auto begin = may_begin(context, clock_); !begin.ok()) {
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &own));
    turn_.notify_all();
    return begin.error();
  }
  const std::vector<Ticket*> batch = take_batch(own);
  is_calling_ = true;
  lock.unlock();
  const auto fates = call_batch(context, batch);
  lock.lock();
  is_calling_ = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i]->is_out = false;
    if (fates.ok())
      batch[i]->fate = (*fates)[i];
    else if (batch[i] != &own)
      waiting_.push_back(batch[i]);  // that error was of another's deadline or stop
  }
  turn_.notify_all();
  if (!fates.ok()) return fates.error();
  return *std::move(own.fate);
}

std::size_t ReceiptCalls::waiting() {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::vector<ReceiptCalls::Ticket*> ReceiptCalls::take_batch(Ticket& own) {
  std::vector<Ticket*> batch{&own};
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &own));
  for (auto at = waiting_.begin(); at != waiting_.end() && batch.size() < kMaxBatch;) {
    // Within one batch there is no order: of one receipt it takes one entry.
    const bool is_there = std::any_of(batch.begin(), batch.end(), [&](const Ticket* ticket) {
      return ticket->entry->receipt == (*at)->entry->receipt;
    });
    if (is_there) {
      ++at;
      continue;
    }
    batch.push_back(*at);
    at = waiting_.erase(at);
  }
  for (Ticket* const ticket : batch) ticket->is_out = true;
  return batch;
}

Result<std::vector<Result<Fate>>> ReceiptCalls::call_batch(const CallContext& context,
                                                           const std::vector<Ticket*>& batch) {
  json::array entries;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    json::object entry{{"Id", std::to_string(i)}, {"ReceiptHandle", batch[i]->entry->receipt}};
    if (batch[i]->entry->visibility) entry["VisibilityTimeout"] = batch[i]->entry->visibility->count();
    entries.push_back(std::move(entry));
  }
  SCALPER_TRY_ASSIGN(const json::object answer,
                     call(client_, context, operation_, {{"QueueUrl", queue_url_}, {"Entries", std::move(entries)}}));
  return fates_of(answer, batch.size());
}

}  // namespace scalper::aws::sqs
