#include "hosts/local_webhooks.h"

#include <algorithm>
#include <boost/json.hpp>
#include <random>
#include <thread>
#include <utility>

#include "adapters/webhook/webhook_signature.h"
#include "base/bytes.h"
#include "base/plain_json.h"
#include "hosts/version.h"
#include "model/notice_event.h"
#include "model/record_json.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLanes = 4;
constexpr std::size_t kSpreadAtOnce = 500;
constexpr std::size_t kDueAtOnce = 16;
constexpr Millis kLookAgain{std::chrono::seconds{5}};
constexpr Millis kFirstPause{std::chrono::seconds{5}};
constexpr Millis kLongestPause{std::chrono::hours{1}};
constexpr Millis kFirstRest{250};
constexpr Millis kLongestRest{std::chrono::minutes{1}};
constexpr int kGone = 410;

std::string random_name(std::size_t bytes) {
  std::random_device source;
  std::string name;
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<std::byte>(source() & 0xFFU);
    name += to_hex(Bytes(&byte, 1));
  }
  return name;
}

bool is_success(const Result<WebhookAnswer>& answer) {
  return answer.ok() && answer->status >= 200 && answer->status < 300;
}

std::string why_of(const Result<WebhookAnswer>& answer) {
  return answer.ok() ? "answered " + std::to_string(answer->status) : answer.error().message();
}

std::vector<std::string> secrets_of(const Webhook& webhook, WallTime now) {
  std::vector<std::string> secrets{webhook.secret};
  if (!webhook.old_secret.empty() && now < webhook.old_until) secrets.push_back(webhook.old_secret);
  return secrets;
}

Webhook without_secrets(Webhook webhook) {
  webhook.secret.clear();
  webhook.old_secret.clear();
  return webhook;
}

}  // namespace

Millis webhook_pause(std::int64_t attempts, double share, Millis retry_after) {
  const auto doublings = std::clamp<std::int64_t>(attempts, 0, 20);
  const Millis whole = std::min(kLongestPause, Millis{kFirstPause.count() << doublings});
  const Millis asked = std::min(retry_after, kLongestPause);
  const Millis jittered{static_cast<std::int64_t>(static_cast<double>(whole.count()) * share)};
  return std::max({Millis{1000}, asked, jittered});
}

struct LocalWebhooks::Receiver {
  explicit Receiver(Webhook of) : id(of.id), webhook(std::move(of)) {}
  [[nodiscard]] Webhook current() {
    const std::lock_guard lock(mutex);
    return webhook;
  }
  const std::string id;
  std::mutex mutex;
  Webhook webhook;  // only its secrets change
  std::vector<std::jthread> lanes;
};

LocalWebhooks::LocalWebhooks(Parts parts)
    : parts_(std::move(parts)), file_(parts_.folder), deliveries_(parts_.database) {}

Result<void> LocalWebhooks::load(const CallContext& context) {
  auto read = file_.read();
  for (std::size_t i = 0; read.ok() && i < read->size(); ++i) {
    const Webhook& webhook = (*read)[i];
    auto sound = parts_.sender.check_url(webhook.url, webhook.allow_http);
    // Of an earlier version, which took it: it is refused when it is asked, and hinders no other.
    if (sound.failed_with(ErrorCode::kPermissionDenied)) sound = {};
    const bool secrets =
        is_webhook_secret(webhook.secret) && (webhook.old_secret.empty() || is_webhook_secret(webhook.old_secret));
    if (sound.ok() && !secrets) sound = Error(ErrorCode::kCorrupt, "its secret is not whsec_ and base64");
    if (sound.ok()) sound = deliveries_.begin(context, webhook.id);
    if (!sound.ok()) read = sound.error().within("webhook " + std::to_string(i + 1) + " of .scalper/webhooks.json");
  }
  const std::lock_guard lock(mutex_);
  if (!read.ok()) {
    broken_ = read.error().message();
    return read.error();
  }
  for (Webhook& webhook : *read) receivers_.push_back(std::make_shared<Receiver>(std::move(webhook)));
  return {};
}

void LocalWebhooks::start() {
  const std::lock_guard lock(mutex_);
  started_ = true;
  for (const auto& receiver : receivers_) start_lanes(receiver);
}

void LocalWebhooks::start_lanes(const std::shared_ptr<Receiver>& receiver) {
  if (!started_) return;
  for (std::int64_t lane = 0; lane < kLanes; ++lane)
    receiver->lanes.emplace_back(
        [this, &own = *receiver, lane](const std::stop_token& stop) { run_lane(stop, own, lane); });
}

void LocalWebhooks::notify() {
  {
    const std::lock_guard lock(mutex_);
    if (receivers_.empty()) return;
    ++calls_;
  }
  called_.notify_all();
}

void LocalWebhooks::begin_stop() {
  const std::lock_guard lock(mutex_);
  for (const auto& receiver : receivers_)
    for (std::jthread& lane : receiver->lanes) lane.request_stop();
}

void LocalWebhooks::stop() {
  begin_stop();
  std::vector<std::vector<std::jthread>> lanes;
  std::unique_lock lock(mutex_);
  started_ = false;
  for (const auto& receiver : receivers_) lanes.push_back(std::move(receiver->lanes));
  lock.unlock();
}

void LocalWebhooks::forget_what_expired(const CallContext& context) {
  {
    const std::lock_guard lock(mutex_);
    if (receivers_.empty()) return;
  }
  const auto done = deliveries_.forget(context);
  if (!done.ok()) parts_.telemetry.log({LogLevel::kWarning, "expiry_failed", {{"error", done.error().message()}}});
}

void LocalWebhooks::complain(const Receiver& receiver, const Error& error) {
  parts_.telemetry.log({LogLevel::kWarning, "webhook_failed", {{"webhook", receiver.id}, {"error", error.message()}}});
}

// Until somebody calls, or `at_most` is over.
void LocalWebhooks::wait(const std::stop_token& stop, std::int64_t lane, const Seen& seen, Millis at_most) {
  std::unique_lock lock(mutex_);
  called_.wait_for(lock, stop, at_most,
                   [&] { return calls_ != seen.calls || (lane != 0 && spreads_ != seen.spreads); });
}

// The other lanes looked when they were called, and that was too early.
void LocalWebhooks::tell_of_spread() {
  {
    const std::lock_guard lock(mutex_);
    ++spreads_;
  }
  called_.notify_all();
}

void LocalWebhooks::run_lane(const std::stop_token& stop, Receiver& receiver, std::int64_t lane) {
  CallContext context;
  context.stop = stop;
  context.correlation_id = receiver.id;
  std::int64_t failures = 0;              // one after the other
  std::uint64_t spread_for = UINT64_MAX;  // the calls that the last spread came behind
  while (!stop.stop_requested()) {
    Seen seen;
    {
      const std::lock_guard lock(mutex_);
      seen = {calls_, spreads_};
    }
    Result<bool> more = false;
    if (lane == 0) more = deliveries_.spread(context, receiver.current(), kSpreadAtOnce);
    if (lane == 0 && more.ok() && (*more || spread_for != seen.calls)) {
      spread_for = seen.calls;
      tell_of_spread();
    }
    const auto due = deliveries_.due(context, receiver.id, lane, kLanes, kDueAtOnce);
    if (stop.stop_requested()) return;
    if (!due.ok()) complain(receiver, due.error());
    if (!more.ok()) complain(receiver, more.error());
    if (!due.ok() || due->empty()) {
      if (!more.ok() || !*more) wait(stop, lane, seen, kLookAgain);
      continue;
    }
    for (const WebhookDelivery& delivery : *due) {
      if (stop.stop_requested()) return;
      failures = deliver(context, receiver, delivery) ? 0 : failures + 1;
      if (failures == 0) continue;
      // One that is in trouble is not asked for each of thousands.
      const Millis rest = std::min(kLongestRest, Millis{kFirstRest.count() << std::min<std::int64_t>(failures, 10)});
      parts_.clock.sleep_until(context, parts_.clock.mono_now() + rest);
      break;
    }
  }
}

Result<WebhookAnswer> LocalWebhooks::post(const CallContext& context, const Webhook& webhook, const std::string& id,
                                          std::string body) {
  const WallTime now = parts_.clock.wall_now();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  WebhookRequest request;
  request.url = webhook.url;
  request.allow_http = webhook.allow_http;
  request.headers = webhook_headers(secrets_of(webhook, now), id, seconds, body);
  request.headers.emplace_back("content-type", "application/cloudevents+json");
  request.headers.emplace_back("user-agent", "silent-scalper/" + program_version());
  request.body = std::move(body);
  return parts_.sender.post(context, request);
}

bool LocalWebhooks::deliver(const CallContext& context, Receiver& receiver, const WebhookDelivery& delivery) {
  const Webhook webhook = receiver.current();
  const auto record = record_from_json(delivery.record_json);
  if (!record.ok()) {  // it will not become readable
    const auto dead = deliveries_.failed(context, webhook.id, delivery.number, std::nullopt, record.error().message());
    if (!dead.ok()) complain(receiver, dead.error());
    return dead.ok();
  }
  const auto answer = post(context, webhook, delivery.id, notice_event(delivery.id, parts_.pipeline, *record).text);
  if (context.stop.stop_requested() && !answer.ok()) return true;  // nobody's failure
  if (is_success(answer)) {
    const auto noted = deliveries_.delivered(context.to_the_end(), webhook.id, delivery.number);
    if (!noted.ok()) complain(receiver, noted.error());
    return noted.ok();
  }
  note_failure(context.to_the_end(), receiver, delivery, answer);
  return false;
}

void LocalWebhooks::note_failure(const CallContext& context, Receiver& receiver, const WebhookDelivery& delivery,
                                 const Result<WebhookAnswer>& answer) {
  const std::string& id = receiver.id;
  const std::string why = why_of(answer);
  const WallTime now = parts_.clock.wall_now();
  const WallTime next =
      now + webhook_pause(delivery.attempts, parts_.random(), answer.ok() ? answer->retry_after : Millis{0});
  const bool gone = answer.ok() && answer->status == kGone;
  const bool over = !gone && next - delivery.begun_at >= kWebhookDay;
  auto noted = deliveries_.failed(context, id, delivery.number, over ? std::nullopt : std::optional(next), why);
  if (noted.ok() && gone) noted = deliveries_.disable(context, id, why);
  if (!noted.ok()) complain(receiver, noted.error());
  Telemetry& telemetry = parts_.telemetry;
  const std::string& notice = delivery.id;
  if (gone)
    telemetry.log({LogLevel::kError, "webhook_disabled", {{"webhook", id}, {"notice", notice}, {"error", why}}});
  else if (over)
    telemetry.log({LogLevel::kError, "webhook_dead_letter", {{"webhook", id}, {"notice", notice}, {"error", why}}});
  else
    telemetry.log({LogLevel::kWarning, "webhook_failed", {{"webhook", id}, {"notice", notice}, {"error", why}}});
}

// What operators ask for.

std::vector<Webhook> LocalWebhooks::configured() const {
  std::vector<Webhook> all;
  for (const auto& receiver : receivers_) all.push_back(receiver->current());
  return all;
}

Result<std::shared_ptr<LocalWebhooks::Receiver>> LocalWebhooks::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (!broken_.empty()) return Error(ErrorCode::kCorrupt, broken_);
  for (const auto& receiver : receivers_)
    if (receiver->id == id) return receiver;
  return Error(ErrorCode::kNotFound,
               "there is no such webhook; 'scalper webhook list' (GET /v1/webhooks) tells their ids");
}

Result<std::vector<api::WebhookView>> LocalWebhooks::list(const CallContext& context) {
  std::vector<Webhook> all;
  {
    const std::lock_guard lock(mutex_);
    if (!broken_.empty()) return Error(ErrorCode::kCorrupt, broken_);
    all = configured();
  }
  std::vector<api::WebhookView> views;
  for (Webhook& webhook : all) {
    SCALPER_TRY_ASSIGN(const DeliveryState state, deliveries_.state(context, webhook.id));
    api::WebhookView view{without_secrets(std::move(webhook)),
                          state.waiting,
                          state.dead,
                          state.disabled_at,
                          state.delivered_at,
                          state.why,
                          {}};
    for (const DeadNotice& dead : state.dead_ones)
      view.dead_ones.push_back({dead.id, dead.died_at, dead.attempts, dead.why});
    views.push_back(std::move(view));
  }
  return views;
}

Result<Webhook> LocalWebhooks::add(const CallContext& context, Webhook webhook) {
  SCALPER_TRY(parts_.sender.check_url(webhook.url, webhook.allow_http));
  webhook.id = "wh_" + random_name(8);
  webhook.made_at = parts_.clock.wall_now();
  SCALPER_TRY_ASSIGN(webhook.secret, new_webhook_secret());
  const std::lock_guard lock(mutex_);
  if (!broken_.empty()) return Error(ErrorCode::kCorrupt, broken_);
  if (receivers_.size() >= kMostWebhooks)
    return Error(ErrorCode::kAlreadyExists, "there are 16 webhooks already; remove one");
  std::vector<Webhook> all = configured();
  all.push_back(webhook);
  SCALPER_TRY(deliveries_.begin(context, webhook.id));
  SCALPER_TRY(file_.write(all));
  receivers_.push_back(std::make_shared<Receiver>(webhook));
  start_lanes(receivers_.back());
  return webhook;
}

Result<void> LocalWebhooks::remove(const CallContext& context, const std::string& id) {
  SCALPER_TRY_ASSIGN(const auto receiver, find(id));
  std::vector<std::jthread> lanes;
  {
    const std::lock_guard lock(mutex_);
    Receivers rest;
    std::vector<Webhook> all;
    for (const auto& one : receivers_) {
      if (one == receiver) continue;
      rest.push_back(one);
      all.push_back(one->current());
    }
    SCALPER_TRY(file_.write(all));
    receivers_ = std::move(rest);
    lanes = std::move(receiver->lanes);  // of two who remove it, or stop, one has them
    for (std::jthread& lane : lanes) lane.request_stop();
  }
  lanes.clear();  // waits for what is on its way
  return deliveries_.remove(context, id);
}

Result<Webhook> LocalWebhooks::rotate(const CallContext& /*context*/, const std::string& id) {
  SCALPER_TRY_ASSIGN(const auto receiver, find(id));
  const std::lock_guard lock(mutex_);
  Webhook next = receiver->current();
  next.old_secret = next.secret;
  next.old_until = parts_.clock.wall_now() + kOldSecretCounts;
  SCALPER_TRY_ASSIGN(next.secret, new_webhook_secret());
  std::vector<Webhook> all = configured();
  for (Webhook& one : all)
    if (one.id == id) one = next;
  SCALPER_TRY(file_.write(all));
  const std::lock_guard own(receiver->mutex);
  receiver->webhook = next;
  return next;
}

Result<api::WebhookTest> LocalWebhooks::test(const CallContext& context, const std::string& id) {
  SCALPER_TRY_ASSIGN(const auto receiver, find(id));
  const std::string event_id = "test_" + random_name(16);
  const json::object event{{"specversion", "1.0"},
                           {"id", event_id},
                           {"source", notice_source(parts_.pipeline)},
                           {"type", "silentscalper.webhook.test"},
                           {"subject", id},
                           {"time", format_rfc3339(parts_.clock.wall_now())},
                           {"datacontenttype", "application/json"},
                           {"data", {{"webhook", id}}}};
  const auto answer = post(context, receiver->current(), event_id, plain_json(json::serialize(event)));
  api::WebhookTest result;
  if (answer.ok()) result.status = answer->status;
  if (!is_success(answer)) result.why = why_of(answer);
  return result;
}

Result<std::size_t> LocalWebhooks::redeliver(const CallContext& context, const std::string& id,
                                             const std::string& notice) {
  SCALPER_TRY_ASSIGN(const auto receiver, find(id));
  SCALPER_TRY_ASSIGN(const std::size_t count, deliveries_.redeliver(context, receiver->id, notice));
  notify();
  return count;
}

}  // namespace scalper
