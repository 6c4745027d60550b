// Of SqsWorkQueue: what becomes of messages that were given up.
#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <utility>

#include "adapters/aws/sqs_work_queue.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

// Long enough for one listing or one step of a redrive, short enough that nobody misses what an interruption hid.
constexpr std::chrono::seconds kHiddenMeanwhile{60};
// A poll that waits asks all of SQS's servers; one that does not may miss messages that are there.
constexpr Millis kLook{std::chrono::seconds{1}};

json::array entries_of(const std::vector<Delivery>& letters) {
  json::array entries;
  for (const Delivery& letter : letters)
    entries.push_back({{"Id", std::to_string(entries.size())}, {"ReceiptHandle", letter.receipt}});
  return entries;
}

// Of the bodies from there on, as many as one call takes.
std::size_t fitting(const std::vector<Delivery>& letters, std::size_t from) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (from + count < letters.size() && count < sqs::kMaxBatch) {
    bytes += letters[from + count].body.size();
    if (count > 0 && bytes > sqs::kMaxBatchBytes) break;
    ++count;
  }
  return count;
}

// The first error of a batch, where there is one.
Result<void> worst_of(const std::vector<Result<sqs::Fate>>& fates) {
  for (const auto& fate : fates)
    if (!fate.ok()) return fate.error();
  return {};
}

}  // namespace

Result<void> SqsWorkQueue::may_touch_dead(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  if (options_.dead_letter_url.empty())
    return Error(ErrorCode::kUnsupported, "no dead-letter queue is known; set SCALPER_DLQ_URL to its URL");
  return {};
}

Result<std::vector<Delivery>> SqsWorkQueue::take_dead(const CallContext& context, std::size_t wanted) {
  const MonoTime now = clock_.mono_now();
  return sqs::receive(client_, context, options_.dead_letter_url, std::min(wanted, sqs::kMaxBatch), kHiddenMeanwhile,
                      poll_time(context, now, now + kLook));
}

Result<std::vector<DeadLetter>> SqsWorkQueue::dead_letters(const CallContext& context, std::size_t limit) {
  SCALPER_TRY(may_touch_dead(context));
  std::vector<Delivery> taken;
  std::vector<DeadLetter> letters;
  std::set<std::string> ids;
  Result<void> end;
  while (letters.size() < limit) {
    const auto more = take_dead(context, limit - letters.size());
    if (!more.ok()) end = more.error();
    if (!more.ok() || more->empty()) break;
    taken.insert(taken.end(), more->begin(), more->end());
    const std::size_t before = letters.size();
    for (const Delivery& one : *more)
      if (ids.insert(one.message_id).second)
        letters.push_back({one.message_id, one.body, one.receive_count, std::nullopt});
    if (letters.size() == before) break;  // so many, or so slow, that the first ones show again
  }
  const Result<void> shown = show_dead(context, taken);
  if (!end.ok()) return end.error();
  if (!shown.ok()) return shown.error();
  return letters;
}

Result<void> SqsWorkQueue::show_dead(const CallContext& context, const std::vector<Delivery>& letters) {
  for (std::size_t at = 0; at < letters.size(); at += sqs::kMaxBatch) {
    const std::vector<Delivery> some(
        letters.begin() + static_cast<std::ptrdiff_t>(at),
        letters.begin() + static_cast<std::ptrdiff_t>(std::min(at + sqs::kMaxBatch, letters.size())));
    json::array entries = entries_of(some);
    for (json::value& entry : entries) entry.get_object()["VisibilityTimeout"] = 0;
    SCALPER_TRY_ASSIGN(const json::object answer,
                       sqs::call(client_, context, "ChangeMessageVisibilityBatch",
                                 {{"QueueUrl", options_.dead_letter_url}, {"Entries", std::move(entries)}}));
    SCALPER_TRY(worst_of(sqs::fates_of(answer, some.size())));
  }
  return {};
}

Result<std::size_t> SqsWorkQueue::redrive(const CallContext& context, std::size_t limit) {
  SCALPER_TRY(may_touch_dead(context));
  std::size_t moved = 0;
  while (moved < limit) {
    SCALPER_TRY_ASSIGN(const auto letters, take_dead(context, limit - moved));
    if (letters.empty()) break;
    std::vector<Delivery> sent;
    std::vector<Delivery> unsent;
    const Result<void> end = send_again(context, letters, sent, unsent);
    if (!sent.empty()) SCALPER_TRY(delete_dead(context, sent));
    moved += sent.size();
    if (end.ok()) continue;
    static_cast<void>(show_dead(context, unsent));  // else they show again by themselves, later
    return end.error().within("sending dead letters again, " + std::to_string(moved) + " were");
  }
  return moved;
}

Result<void> SqsWorkQueue::send_again(const CallContext& context, const std::vector<Delivery>& letters,
                                      std::vector<Delivery>& sent, std::vector<Delivery>& unsent) {
  Result<void> end;
  for (std::size_t at = 0; at < letters.size();) {
    const std::size_t count = fitting(letters, at);
    json::array entries;
    for (std::size_t i = 0; i < count; ++i)
      entries.push_back({{"Id", std::to_string(i)}, {"MessageBody", letters[at + i].body}});
    const auto answer = sqs::call(client_, context, "SendMessageBatch",
                                  {{"QueueUrl", options_.queue_url}, {"Entries", std::move(entries)}});
    const auto fates = answer.ok() ? sqs::fates_of(*answer, count)
                                   : std::vector<Result<sqs::Fate>>(count, Result<sqs::Fate>(answer.error()));
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_sent = fates[i].ok() && *fates[i] == sqs::Fate::kDone;
      (is_sent ? sent : unsent).push_back(letters[at + i]);
      if (!fates[i].ok()) end = fates[i].error();
      if (fates[i].ok() && !is_sent) end = Error(ErrorCode::kCorrupt, "sqs: what was sent is called a void receipt");
    }
    at += count;
  }
  return end;
}

Result<void> SqsWorkQueue::delete_dead(const CallContext& context, const std::vector<Delivery>& letters) {
  SCALPER_TRY_ASSIGN(const json::object answer,
                     sqs::call(client_, context, "DeleteMessageBatch",
                               {{"QueueUrl", options_.dead_letter_url}, {"Entries", entries_of(letters)}}));
  const Result<void> end = worst_of(sqs::fates_of(answer, letters.size()));
  if (!end.ok()) return end.error().within("deleting dead letters that were sent again");
  return {};
}

}  // namespace scalper::aws
