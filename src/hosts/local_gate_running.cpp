// A local gate that runs: its threads, what they do from time to time, and what it tells of itself.

#include <algorithm>
#include <utility>

#include "hosts/local_gate.h"
#include "hosts/local_webhooks.h"
#include "model/telemetry_names.h"
#include "model/work_message.h"
#include "pipeline/process_object.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"

namespace scalper {
namespace {

constexpr Millis kTick{std::chrono::seconds{1}};
constexpr Millis kSweep{std::chrono::seconds{60}};
constexpr Millis kExpiry{std::chrono::hours{1}};
constexpr Millis kKeepNotices{std::chrono::hours{24 * 30}};
constexpr std::size_t kForgetAtOnce = 500;
// The queue holds what did not end at the first try, and reviews.
constexpr unsigned kQueueWorkers = 4;

}  // namespace

void LocalGate::complain(const char* event, const Error& error) {
  telemetry_->log({LogLevel::kWarning, event, {{"error", error.message()}}});
}

void LocalGate::start(std::function<void(const FileId&)> on_final, std::function<void()> on_broken) {
  notices_.on_final = [this, tell = std::move(on_final)](const FileId& id) {
    tell(id);
    webhooks_->notify();
  };
  webhooks_->start();
  on_broken_ = std::move(on_broken);
  started_ = clock_.mono_now();
  hot_folder_ = std::make_unique<HotFolder>(
      folder_->posix, folder_->input.get(), clock_, *telemetry_, HotFolderOptions{.takers = workers_},
      [this](const CallContext& context, const std::string& path) { return objects_->inbox().adopt(context, path); },
      [this](const CallContext& context, const ObjectEvent& event) { take_over(context, event); });
  telemetry_->count(names::kColdStart, 1, "");
  const Recovered& found = objects_->recovered();
  telemetry_->log({LogLevel::kInfo,
                   "gate_started",
                   {{"version", service_.version},
                    {"pipeline", gate_.settings.pipeline},
                    {"workers", static_cast<std::int64_t>(workers_)},
                    {"waiting", static_cast<std::int64_t>(found.waiting)},
                    {"published", static_cast<std::int64_t>(found.published)},
                    {"undone", static_cast<std::int64_t>(found.undone)},
                    {"set_aside", static_cast<std::int64_t>(found.set_aside)},
                    {"damaged_lines", static_cast<std::int64_t>(found.damaged_lines)},
                    {"recounted", static_cast<std::int64_t>(statistics_->rebuilt_from())}}});
  tell_lost_database();
  keeper_ = std::jthread([this] { keep(); });
  ticker_ = std::jthread([this] { tick(); });
}

void LocalGate::tell_lost_database() {
  if (!lost_database_) return;
  telemetry_->log({LogLevel::kError,
                   "database_lost",
                   {{"error",
                     "gate.db is gone or empty, and there were files before. Stop the gate, then put a backup of "
                     "gate.db in its place, or write the records again from what lies in the folders: 'scalper audit "
                     "--rebuild'. Until then this run forgets no version; the next one does"}}});
}

void LocalGate::begin_stop() {
  stop_.request_stop();
  if (hot_folder_) hot_folder_->begin_stop();
  webhooks_->begin_stop();
}

void LocalGate::stop() {
  begin_stop();
  keeper_ = {};
  ticker_ = {};
  hot_folder_.reset();
  work_.clear();
  webhooks_->stop();
  tell_stopped();
}

// The last line of a run that ended in order; one without it was killed.
void LocalGate::tell_stopped() {
  const auto started = std::exchange(started_, std::nullopt);
  if (!started) return;
  double files = 0;
  for (const std::string_view end :
       {names::kFilesValid, names::kFilesInvalid, names::kFilesUnverifiable, names::kFilesFailed})
    files += telemetry_->measured().counted(end);
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(clock_.mono_now() - *started);
  telemetry_->log({LogLevel::kInfo,
                   "gate_stopped",
                   {{"reason", on_broken_ ? "signal" : "fault"},
                    {"seconds", static_cast<std::int64_t>(up.count())},
                    {"files", static_cast<std::int64_t>(files)}}});
}

// Until it succeeds nothing can be claimed: a lease of a dead process would be respected.
bool LocalGate::void_leases(const CallContext& context) {
  while (!context.stop.stop_requested()) {
    const auto done = records_.void_leases(context);
    if (done.ok()) return true;
    complain("recovery_failed", done.error());
    clock_.sleep_until(context, clock_.mono_now() + kTick);
  }
  return false;
}

void LocalGate::begin_work() {
  for (unsigned i = 0; i < std::min(workers_, kQueueWorkers); ++i)
    work_.emplace_back([this] { work_until_stopped(gate_, context("queue")); });
  hot_folder_->start();
}

void LocalGate::keep() {
  const CallContext context = this->context("sweep");
  if (!void_leases(context)) return;
  begin_work();
  MonoTime expiry = clock_.mono_now();
  while (!context.stop.stop_requested()) {
    sweep_once(context);
    if (clock_.mono_now() >= expiry) {
      forget_what_expired(context);
      empty_replaced(context);
      expiry = clock_.mono_now() + kExpiry;
    }
    clock_.sleep_until(context, clock_.mono_now() + kSweep);
  }
}

void LocalGate::sweep_once(const CallContext& context) {
  const auto swept = sweep(gate_, context);
  if (!swept.ok() && !context.stop.stop_requested()) complain("sweep_failed", swept.error());
}

// Nothing but a person takes quarantined bytes away, and without its record nobody could release or reject them.
bool LocalGate::is_in_quarantine(const CallContext& context, const FileRecord& record) {
  if (!has_published_target(record) || record.target->bucket != gate_.settings.quarantine) return false;
  const auto there = objects_->head(context, {record.target->bucket, record.target->key, record.target->version});
  return !there.failed_with(ErrorCode::kNotFound);
}

void LocalGate::forget_what_expired(const CallContext& context) {
  const auto uploads = partial_uploads_->expire(context);
  if (!uploads.ok()) complain("expiry_failed", uploads.error());
  webhooks_->forget_what_expired(context);
  std::size_t gone = kForgetAtOnce;
  while (gone == kForgetAtOnce && !context.stop.stop_requested()) {
    const auto records = records_.remove_expired(
        context, clock_.wall_now(), kForgetAtOnce,
        [&](const FileRecord& record) { return is_in_quarantine(context, record); },
        clock_.wall_now() + gate_.settings.retention);
    const auto notices = outbox_.forget(context, clock_.wall_now() - kKeepNotices, kForgetAtOnce);
    const auto sums = statistics_->forget(context, clock_.wall_now(), kForgetAtOnce);
    const auto passed = passing_.forget(context, clock_.wall_now(), kForgetAtOnce);
    for (const auto* done : {&records, &notices, &sums, &passed})
      if (!done->ok()) return complain("expiry_failed", done->error());
    gone = std::max({*records, *notices, *sums, *passed});
  }
}

void LocalGate::empty_replaced(const CallContext& context) {
  const auto aside = objects_->empty_replaced(context, clock_.wall_now() - keep_replaced_);
  if (!aside.ok()) {
    if (!context.stop.stop_requested()) complain("replaced_not_emptied", aside.error());
    return;
  }
  if (aside->removed > 0)
    telemetry_->log({LogLevel::kInfo, "replaced_emptied", {{"removed", static_cast<std::int64_t>(aside->removed)}}});
  if (std::exchange(strangers_told_, aside->strangers) >= aside->strangers) return;
  telemetry_->log({LogLevel::kWarning,
                   "replaced_not_understood",
                   {{"files", static_cast<std::int64_t>(aside->strangers)},
                    {"error",
                     "files in .scalper/replaced are not known and stay there: what others had put into our folders, "
                     "or changed there. Look at them, and move them away"}}});
}

void LocalGate::tick() {
  const CallContext context = this->context("tick");
  while (!context.stop.stop_requested()) {
    const auto given_back = objects_->inbox().give_back_disturbed(context);
    if (!given_back.ok() && !context.stop.stop_requested()) complain("give_back_failed", given_back.error());
    contract_watch_.look(context);
    look_at_disk();
    look_at_folders();
    const auto looked = alarms_.look(context);
    if (!looked.ok() && !context.stop.stop_requested()) complain("alarms_failed", looked.error());
    clock_.sleep_until(context, clock_.mono_now() + kTick);
  }
}

void LocalGate::look_at_disk() {
  if (!on_broken_ || !objects_->is_broken()) return;
  telemetry_->log({LogLevel::kError,
                   "disk_failed",
                   {{"error",
                     "the disk lost what was written to .scalper/meta, and the gate ends, since it cannot acknowledge "
                     "anything; the next start has it from the journal"}}});
  std::exchange(on_broken_, nullptr)();
}

// Else it would wait for files at a folder where nobody drops any, or publish to one where nobody looks.
void LocalGate::look_at_folders() {
  const std::string name = on_broken_ ? folder_->displaced() : std::string();
  if (name.empty()) return;
  telemetry_->log({LogLevel::kError,
                   "folder_displaced",
                   {{"error", name + " in the data folder was moved, removed or replaced, and the gate ends; the next "
                                     "start goes on with what is there then"}}});
  std::exchange(on_broken_, nullptr)();
}

// Straight from the inbox to its end: no message is written for a file whose first try succeeds. It is a version of
// `input` already, so that the sweep finds it whatever happens here.
void LocalGate::take_over(const CallContext& context, const ObjectEvent& event) {
  CallContext own = context;
  own.correlation_id = event.ref.version.value();
  Millis delay{0};
  const bool large = event.size > kLarge;
  const auto place = large ? large_.take(own.stop) : Slots::Held();  // before the claim: no lease runs meanwhile
  const auto paused = pause_.is_paused(gate_, own);
  if (paused.ok() && !*paused && place.is_held() == large) {
    const auto outcome = process_object(gate_, own, event);
    if (outcome.ok() && outcome->acknowledge) return;
    if (outcome.ok()) delay = outcome->come_again;
    if (!outcome.ok() && !own.stop.stop_requested()) complain("file_failed", outcome.error());
  }
  own.stop = {};  // handing back is part of the end
  const auto sent = queue_->send(own, format_message(event), delay);
  if (!sent.ok()) complain("hand_back_failed", sent.error());
}

AlarmSample LocalGate::alarm_sample(const CallContext& context) {
  const PrometheusMetrics& measured = telemetry_->measured();
  AlarmSample sample;
  sample.throttles = measured.counted(names::kThrottles);
  sample.sweep_findings = measured.counted(names::kSweepFindings);
  sample.paused_sweeps = measured.counted(names::kPausedSweeps);
  sample.process_durations = measured.observed(names::kProcessDuration);
  for (const double seconds : PrometheusMetrics::kBounds) sample.duration_bounds.push_back(seconds * 1000);
  if (const auto depth = queue_->depth(context); depth.ok()) {
    sample.queue_age_seconds = depth->oldest_age ? static_cast<double>(depth->oldest_age->count()) / 1000 : 0;
    sample.dead_letters = static_cast<double>(depth->dead);
  }
  return sample;
}

std::string LocalGate::metrics() {
  std::vector<Gauge> gauges{{names::kBuildInfo, 1, service_.version}};
  CallContext context = this->context("metrics");
  context.deadline = clock_.mono_now() + std::chrono::seconds{5};
  if (const auto depth = queue_->depth(context); depth.ok()) {
    const double age = depth->oldest_age ? static_cast<double>(depth->oldest_age->count()) / 1000 : 0;
    gauges.push_back({names::kQueueVisible, static_cast<double>(depth->visible)});
    gauges.push_back({names::kQueueInFlight, static_cast<double>(depth->in_flight)});
    gauges.push_back({names::kDeadLetters, static_cast<double>(depth->dead)});
    gauges.push_back({names::kQueueAge, age});
  }
  gauges.push_back({names::kAdoptedWaiting, static_cast<double>(objects_->inbox().waiting())});
  if (hot_folder_) {
    const HotFolderState state = hot_folder_->state();
    gauges.push_back({names::kInboxWaiting, static_cast<double>(state.waiting)});
    gauges.push_back({names::kInboxWatches, static_cast<double>(state.watches)});
    gauges.push_back({names::kInboxBlind, state.blind ? 1.0 : 0.0});
  }
  return telemetry_->metrics(std::move(gauges));
}

}  // namespace scalper
