#include "hosts/local_gate.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "adapters/clamd/clamd_scanner.h"
#include "adapters/local/command_hook_runner.h"
#include "adapters/local/lock.h"
#include "adapters/webhook/curl_webhook_sender.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "hosts/local_exit_codes.h"
#include "hosts/local_webhooks.h"
#include "hosts/version.h"
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
// A message that nobody could work on so often is looked at by a person; files have their own count of tries.
constexpr std::uint32_t kMaxReceives = 20;
// The queue holds what did not end at the first try, and reviews.
constexpr unsigned kQueueWorkers = 4;

// Unguessable, and never given twice: the run's name keeps owners of other runs apart.
OwnerToken new_owner() {
  static const std::string run = run_name();
  thread_local std::random_device source;
  std::array<std::byte, 16> bytes{};
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    const std::uint32_t number = source();
    for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::byte>(number >> (8 * i));
  }
  return OwnerToken{run + "." + to_hex(bytes)};
}

double random_share() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

GateSettings settings_of(const LocalGateOptions& options) {
  GateSettings settings;
  settings.pipeline = options.pipeline;
  settings.publish_exact = options.publish_exact;
  settings.adopted_at = WallTime::min();  // whatever lies in the inbox is ours
  return settings;
}

// Many more than the cores: a small file waits for the disk at ten points of its way, and those who wait at the same
// point share a sync. The slower the disk, the more of them wait.
unsigned workers_of(const LocalGateOptions& options) {
  if (options.workers > 0) return options.workers;
  return std::clamp(64 * std::thread::hardware_concurrency(), 128U, 256U);
}

// A file above one read's size waits for the processor instead: more of those at once make each slower, no gain, and
// each takes the memory of its checkers.
constexpr std::uint64_t kLarge = std::uint64_t{256} << 10U;
unsigned large_at_once() { return std::clamp(16 * std::thread::hardware_concurrency(), 32U, 64U); }

NotOpened not_opened(const Error& error) { return {exit_code_of(error.code()), error.message()}; }

NotOpened folder_not_opened(const Error& error) {
  if (error.code() == ErrorCode::kAlreadyExists) return {kExitFolderInUse, error.message()};
  return not_opened(error);
}

NotOpened database_not_opened(const Error& error) {
  if (error.code() == ErrorCode::kUnsupported) return {kExitDatabase, error.message()};
  if (error.code() == ErrorCode::kCorrupt)
    return {kExitDatabase, error.message() +
                               "; keep a copy of .scalper, put a backup of gate.db in its place or move gate.db* away, "
                               "then 'scalper audit --rebuild' writes the records again from what lies in the folders"};
  return not_opened(error);
}

// Makes `name` in .scalper where it is missing, and opens it.
Result<Fd> own_folder(DataFolder& folder, const std::string& name) {
  std::size_t depth = 0;
  const int fd = open_folders(folder.posix, folder.own.get(), name, depth);
  if (fd < 0) return posix_error(fd, "opening .scalper/" + name);
  return Fd(fd);
}

Result<std::unique_ptr<LogSink>> open_log(const LocalGateOptions& options, DataFolder& folder) {
  if (options.log == "-") return log_to_descriptor(STDOUT_FILENO);
  if (!options.log.empty()) return open_log_file(options.log);
  SCALPER_TRY(own_folder(folder, "log"));
  return open_log_file(folder.path + "/.scalper/log/gate.jsonl");
}

}  // namespace

// What is opened one by one, before the gate is whole.
struct LocalGate::Parts {
  std::unique_ptr<SystemClock> clock = std::make_unique<SystemClock>();
  std::unique_ptr<DataFolder> folder = nullptr;
  std::unique_ptr<LocalTelemetry> telemetry = nullptr;
  std::unique_ptr<SqliteDatabase> database = nullptr;
  bool lost_database = false;
  std::unique_ptr<SqliteWorkQueue> queue = nullptr;
  std::unique_ptr<SqliteStatistics> statistics = nullptr;
  std::unique_ptr<FolderContractSource> contract_source = nullptr;
  std::unique_ptr<LocalObjectStore> objects = nullptr;
  std::unique_ptr<LocalPartialUploads> partial_uploads = nullptr;
};

namespace {

// Takes the value, or says why there is none.
template <class T>
std::optional<Error> take(Result<T> from, T& into) {
  if (!from.ok()) return from.error();
  into = std::move(from).value();
  return std::nullopt;
}

}  // namespace

std::optional<NotOpened> LocalGate::open_parts(const LocalGateOptions& options, Parts& parts) {
  if (auto error = take(DataFolder::open(system_posix(), options.data), parts.folder)) return folder_not_opened(*error);
  DataFolder& folder = *parts.folder;
  // The database first: where it is damaged or newer, nothing else is touched.
  const std::string path = folder.path + "/.scalper/gate.db";
  if (auto error = take(folder.has_lost("gate.db"), parts.lost_database)) return not_opened(*error);
  if (auto error = take(SqliteDatabase::open(path, *parts.clock), parts.database)) return database_not_opened(*error);
  if (auto error = take(SqliteWorkQueue::open(*parts.database, kMaxReceives), parts.queue))
    return database_not_opened(*error);
  if (auto error = take(SqliteStatistics::open(*parts.database), parts.statistics)) return database_not_opened(*error);
  std::unique_ptr<LogSink> sink;
  if (auto error = take(open_log(options, folder), sink)) return not_opened(*error);
  parts.telemetry = std::make_unique<LocalTelemetry>(std::move(sink), *parts.clock,
                                                     LocalTelemetryOptions{.least = options.log_level});
  Fd contracts;
  if (auto error = take(own_folder(folder, "contracts"), contracts)) return not_opened(*error);
  auto source = FolderContractSource::open(folder.posix, std::move(contracts), *parts.clock);
  if (auto error = take(std::move(source), parts.contract_source)) return not_opened(*error);
  if (auto error = take(LocalObjectStore::open(folder, *parts.clock), parts.objects))
    return database_not_opened(*error);
  if (auto error = take(LocalPartialUploads::open(folder, *parts.objects, *parts.clock), parts.partial_uploads))
    return not_opened(*error);
  return std::nullopt;
}

std::variant<std::unique_ptr<LocalGate>, NotOpened> LocalGate::open(const LocalGateOptions& options) {
  Parts parts;
  if (auto why = open_parts(options, parts)) return *std::move(why);
  std::unique_ptr<LocalGate> gate(new LocalGate(options, std::move(parts)));
  const auto begun = gate->contract_watch_.begin(gate->context("start"));
  if (begun.ok()) return gate;
  if (!options.needs_contracts) {
    gate->complain("contracts_refused", begun.error());
    return gate;
  }
  const bool refused = begun.failed_with(ErrorCode::kInvalidArgument);
  return refused ? NotOpened{kExitContractRefused, begun.error().message()} : not_opened(begun.error());
}

LocalGate::LocalGate(const LocalGateOptions& options, Parts parts)
    : clock_holder_(std::move(parts.clock)),
      clock_(*clock_holder_),
      folder_(std::move(parts.folder)),
      telemetry_(std::move(parts.telemetry)),
      lost_database_(parts.lost_database),
      database_(std::move(parts.database)),
      queue_(std::move(parts.queue)),
      statistics_(std::move(parts.statistics)),
      contract_source_(std::move(parts.contract_source)),
      objects_(std::move(parts.objects)),
      partial_uploads_(std::move(parts.partial_uploads)),
      upload_targets_(*partial_uploads_, clock_),
      records_(*database_, TellsFinal::kInTheSameCommit, Tallies::kInTheSameCommit),
      tokens_(*database_),
      audit_log_(*database_),
      passing_(*database_),
      outbox_(*database_),
      contracts_(*contract_source_, *telemetry_),
      gate_{.objects = *objects_,
            .records = records_,
            .queue = *queue_,
            .contracts = contracts_,
            .pause = pause_,
            .notices = notices_,
            .telemetry = *telemetry_,
            .clock = clock_,
            .new_owner = new_owner,
            .random = random_share,
            .settings = settings_of(options)},
      contract_watch_(options.contracts, *contract_source_, records_, *telemetry_),
      upload_room_(*folder_, options.uploads, [this] { return objects_->staged_bytes() + partial_uploads_->bytes(); }),
      alarms_({*statistics_, records_, *telemetry_, clock_, options.pipeline,
               [this](const CallContext& context) { return alarm_sample(context); }}),
      service_{gate_, *contract_source_, program_version(), [this] { return metrics(); },
               [this] { return contract_watch_.complaint(); }},
      keep_replaced_(options.keep_replaced),
      webhook_sender_(std::make_unique<CurlWebhookSender>(CurlWebhookOptions{.ca_file = options.webhook_ca})),
      webhooks_(std::make_unique<LocalWebhooks>(LocalWebhooks::Parts{.database = *database_,
                                                                     .folder = folder_->own.get(),
                                                                     .sender = *webhook_sender_,
                                                                     .clock = clock_,
                                                                     .telemetry = *telemetry_,
                                                                     .pipeline = options.pipeline,
                                                                     .random = random_share})),
      workers_(workers_of(options)),
      large_(large_at_once()) {
  give_hooks(options.hooks);
  give_scanner(options.clamd);
  service_.tokens = &tokens_;
  service_.upload_room = &upload_room_;
  service_.partial_uploads = partial_uploads_.get();
  service_.upload_targets = &upload_targets_;
  service_.statistics = statistics_.get();
  service_.alarms = &alarms_;
  service_.operators =
      "this is not for your role: an operator's access token may (scalper token add), the Unix socket in the data "
      "folder, which the scalper program uses by itself, and on this machine a request without a token, unless "
      "--require-token";
  service_.webhooks = webhooks_.get();
  // The gate goes on: what it would have told waits in the outbox, and the API says what is wrong.
  if (const auto loaded = webhooks_->load(context("start")); !loaded.ok())
    telemetry_->log({LogLevel::kError, "webhooks_refused", {{"error", loaded.error().message()}}});
  service_.audit_log = &audit_log_;
  service_.passing = &passing_;
  objects_->forget_where([this](const std::string& file_id) {
    const auto record = records_.get(context("forget"), FileId{file_id});
    // Where the records are lost, that there is none says nothing: an audit may write it again.
    return record.ok() && (*record ? is_final(**record) : !lost_database_);
  });
}

LocalGate::~LocalGate() { stop(); }

CallContext LocalGate::context(const char* who) const {
  CallContext context;
  context.stop = stop_.get_token();
  context.correlation_id = who;
  return context;
}

void LocalGate::complain(const char* event, const Error& error) {
  telemetry_->log({LogLevel::kWarning, event, {{"error", error.message()}}});
}

Result<void> LocalGate::Announcer::publish(const CallContext&, const Notice& notice) {
  if (on_final) on_final(notice.record.id);
  return {};
}

// Running.

void LocalGate::start(std::function<void(const FileId&)> on_final, std::function<void()> on_broken) {
  notices_.on_final = [this, tell = std::move(on_final)](const FileId& id) {
    tell(id);
    webhooks_->notify();
  };
  webhooks_->start();
  on_broken_ = std::move(on_broken);
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
