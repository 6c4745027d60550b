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

namespace scalper {
namespace {

// A message that nobody could work on so often is looked at by a person; files have their own count of tries.
constexpr std::uint32_t kMaxReceives = 20;

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
    gate->telemetry_->log({LogLevel::kWarning, "contracts_refused", {{"error", begun.error().message()}}});
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
      notice_feed_(*database_),
      events_(notice_feed_, options.pipeline),
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
  service_.events = &events_;
  service_.on_request = request_log(*telemetry_, options.access_log);
  objects_->forget_where([this](const std::string& file_id) {
    const auto record = records_.get(context("forget"), FileId{file_id});
    // Where the records are lost, that there is none says nothing: an audit may write it again.
    return record.ok() && (*record ? is_final(**record) : !lost_database_);
  });
  objects_->write_out_recovered();
}

LocalGate::~LocalGate() { stop(); }

CallContext LocalGate::context(const char* who) const {
  CallContext context;
  context.stop = stop_.get_token();
  context.correlation_id = who;
  return context;
}

Result<void> LocalGate::Announcer::publish(const CallContext&, const Notice& notice) {
  if (on_final) on_final(notice.record.id);
  return {};
}

}  // namespace scalper
