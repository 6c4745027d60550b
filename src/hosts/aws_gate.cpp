#include "hosts/aws_gate.h"

#include <array>
#include <optional>
#include <random>
#include <utility>

#include "adapters/aws/client/default_client.h"
#include "adapters/aws/cloudwatch_statistics.h"
#include "adapters/aws/dynamodb_audit_log.h"
#include "adapters/aws/dynamodb_passing_markers.h"
#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/aws/dynamodb_tokens.h"
#include "adapters/aws/emf_telemetry.h"
#include "adapters/aws/eventbridge_notices.h"
#include "adapters/aws/s3_contract_source.h"
#include "adapters/aws/s3_download_url.h"
#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_upload_targets.h"
#include "adapters/aws/sns_notices.h"
#include "adapters/aws/sqs_work_queue.h"
#include "adapters/local/system_clock.h"
#include "adapters/memory/memory_contract_source.h"
#include "api/contract_set.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "hosts/aws_spread.h"
#include "hosts/local_contract_files.h"
#include "hosts/version.h"
#include "model/telemetry_names.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/pause.h"

namespace scalper {
namespace {

constexpr const char* kAdoptionMarker = "control#adopted";
// Events that came while the pipeline was being set up.
constexpr Millis kBeforeFirstSight{std::chrono::minutes{15}};
// Of an export: the page that is on its way then and the answer around it still fit into what Lambda carries (6 MB).
constexpr std::uint64_t kMostStreamed = std::uint64_t{2} << 20;
// A browser follows at once; who finds the URL later has nothing of it.
constexpr std::chrono::seconds kDownloadUrl{60};
constexpr std::array kBucketVariables{"SCALPER_INPUT_BUCKET", "SCALPER_OUTPUT_BUCKET", "SCALPER_QUARANTINE_BUCKET"};

// Unguessable, and never given twice.
OwnerToken new_owner() {
  thread_local std::random_device source;
  std::array<std::byte, 16> bytes{};
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    const std::uint32_t number = source();
    for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::byte>(number >> (8 * i));
  }
  return OwnerToken{to_hex(bytes)};
}

double random_share() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

// Everybody who is named: topic, bus, both or none. One that is told twice because another failed knows the id.
class AllAreTold final : public Notices {
 public:
  void add(std::unique_ptr<Notices> one) { all_.push_back(std::move(one)); }
  [[nodiscard]] Result<void> publish(const CallContext& context, const Notice& notice) override {
    for (const auto& one : all_) SCALPER_TRY(one->publish(context, notice));
    return {};
  }

 private:
  std::vector<std::unique_ptr<Notices>> all_;
};

GateSettings gate_settings(const aws::AwsSettings& settings) {
  GateSettings gate;
  gate.input_tells = true;
  gate.pipeline = settings.pipeline;
  gate.input = settings.input;
  gate.output = settings.output;
  gate.quarantine = settings.quarantine;
  gate.publish_exact = settings.publish_exact;
  return gate;
}

// AWS's own S3 honours CopyObject's condition. Anywhere else it is asked, for many stores overwrite: where no consumer
// looks, since it would take what it sees there for a file.
aws::S3Settings s3_settings(bool at_aws, const BucketName& quarantine) {
  aws::S3Settings settings;
  if (at_aws) settings.conditions = aws::CopyConditions::kCopy;
  settings.probe_bucket = quarantine;
  return settings;
}

// A set that never changes, as long as this process: what would be published here would judge nothing elsewhere.
class FixedContractSource final : public ContractSource {
 public:
  FixedContractSource(Clock& clock, std::string place) : set_(clock), place_(std::move(place)) {}

  [[nodiscard]] Result<void> hold(const ContractSet& set) { return set_.publish(CallContext{}, set); }
  [[nodiscard]] Result<std::string> current_digest(const CallContext& context) override {
    return set_.current_digest(context);
  }
  [[nodiscard]] Result<ContractSet> load(const CallContext& context, const std::string& digest) override {
    return set_.load(context, digest);
  }
  [[nodiscard]] Result<void> publish(const CallContext& /*context*/, const ContractSet& /*set*/) override {
    return Error(ErrorCode::kUnsupported, "contracts are fixed here: SCALPER_CONTRACTS is " + place_ +
                                              "; publishing needs s3://bucket/prefix there, for every function alike");
  }

 private:
  MemoryContractSource set_;
  const std::string place_;
};

aws::SignForm form_signer(aws::HttpAwsClient& client) {
  return [&client](const CallContext& context, const aws::PostPolicy& policy,
                   std::chrono::seconds valid_for) -> Result<aws::SignedForm> {
    SCALPER_TRY_ASSIGN(auto form, client.sign_form(context, policy, valid_for));
    return aws::SignedForm{std::move(form.url), std::move(form.fields), form.expires};
  };
}

// A folder of contracts, or none of them.
Result<std::unique_ptr<ContractSource>> fixed_contracts(const std::string& folder, Clock& clock) {
  ContractSet set;
  if (!folder.empty()) {
    SCALPER_TRY_ASSIGN(auto texts, read_contract_folder(folder));
    const CompiledSet compiled = compile_contracts(texts);
    if (compiled.index && compiled.says_nothing)  // most likely it was left out of the package
      return Error(ErrorCode::kInvalidArgument,
                   "SCALPER_CONTRACTS: there is no contract in that folder; \"builtin\" "
                   "says that the built-in one is to judge alone");
    for (ContractText& text : texts) set.files.push_back({std::move(text.path), std::move(text.text)});
  }
  set.digest = api::contract_set_digest(set.files);
  auto source =
      std::make_unique<FixedContractSource>(clock, folder.empty() ? "builtin" : "the folder " + escape_text(folder));
  SCALPER_TRY(source->hold(set));
  return std::unique_ptr<ContractSource>(std::move(source));
}

Result<std::unique_ptr<ContractSource>> contracts_of(const aws::ContractsPlace& place, aws::AwsClient& client,
                                                     Clock& clock) {
  if (place.bucket.empty()) return fixed_contracts(place.folder, clock);
  return std::unique_ptr<ContractSource>(
      std::make_unique<aws::S3ContractSource>(client, clock, place.bucket, place.prefix));
}

}  // namespace

// In the order in which they stand on each other.
struct AwsGate::Parts {
  aws::AwsSettings settings;
  SystemClock clock;
  std::unique_ptr<aws::EmfTelemetry> telemetry;
  std::unique_ptr<aws::HttpAwsClient> client;
  std::unique_ptr<aws::S3ObjectStore> objects;
  std::unique_ptr<aws::DynamoDbTokens> tokens;            // null where there is no table
  std::unique_ptr<aws::DynamoDbRecordStore> own_records;  // null where others are used; then these two are as well:
  std::unique_ptr<AuditLog> audit_log;
  std::unique_ptr<PassingMarkers> passing;
  std::unique_ptr<WorkQueue> own_queue;
  std::unique_ptr<WorkQueue> large_queue;
  AllAreTold notices;
  std::unique_ptr<ContractSource> contract_source;
  std::unique_ptr<ContractsInUse> contracts;
  PauseSwitch pause;
  std::unique_ptr<aws::CloudWatchStatistics> statistics;
  std::unique_ptr<aws::CloudWatchAlarms> alarms;
  std::unique_ptr<aws::S3UploadTargets> upload_targets;
  std::optional<Gate> gate;
  std::optional<api::Service> service;

  [[nodiscard]] Result<void> make(const aws::Environment& environment, const AwsGateOptions& options);
  void make_stores(const AwsGateOptions& options);
};

void AwsGate::Parts::make_stores(const AwsGateOptions& options) {
  objects =
      std::make_unique<aws::S3ObjectStore>(*client, clock, s3_settings(client->is_at_aws("s3"), settings.quarantine));
  if (!settings.table.empty()) tokens = std::make_unique<aws::DynamoDbTokens>(*client, clock, settings.table);
  if (options.records == nullptr) {
    own_records = std::make_unique<aws::DynamoDbRecordStore>(*client, clock, settings.table);
    audit_log = std::make_unique<aws::DynamoDbAuditLog>(*client, clock, *own_records, settings.table);
    passing = std::make_unique<aws::DynamoDbPassingMarkers>(*client, clock, settings.table);
  }
  if (options.queue == nullptr)
    own_queue = std::make_unique<aws::SqsWorkQueue>(*client, clock,
                                                    aws::SqsQueueOptions{settings.queue_url, settings.dead_letter_url});
  if (!settings.large_queue_url.empty())
    large_queue =
        std::make_unique<aws::SqsWorkQueue>(*client, clock, aws::SqsQueueOptions{settings.large_queue_url, {}});
  if (!settings.notice_topic.empty())
    notices.add(
        std::make_unique<aws::SnsNotices>(*client, clock, aws::SnsOptions{settings.notice_topic, settings.pipeline}));
  if (!settings.notice_bus.empty())
    notices.add(std::make_unique<aws::EventBridgeNotices>(
        *client, clock, aws::EventBridgeOptions{settings.notice_bus, settings.pipeline}));
}

Result<void> AwsGate::Parts::make(const aws::Environment& environment, const AwsGateOptions& options) {
  SCALPER_TRY_ASSIGN(settings, aws::read_aws_settings(environment, options.needs));
  telemetry = std::make_unique<aws::EmfTelemetry>(
      options.log, clock, aws::EmfOptions{settings.pipeline, settings.log_level, options.metrics});
  SCALPER_TRY_ASSIGN(client, aws::make_aws_client(environment, clock, *telemetry));
  make_stores(options);
  // Without files nothing is judged, and a folder that is not here is no fault.
  const aws::ContractsPlace place = options.needs.files ? settings.contracts : aws::ContractsPlace{};
  SCALPER_TRY_ASSIGN(contract_source, contracts_of(place, *client, clock));
  contracts = std::make_unique<ContractsInUse>(*contract_source, *telemetry);
  gate.emplace(Gate{.objects = *objects,
                    .records = options.records != nullptr ? *options.records : *own_records,
                    .queue = options.queue != nullptr ? *options.queue : *own_queue,
                    .contracts = *contracts,
                    .pause = pause,
                    .notices = notices,
                    .telemetry = *telemetry,
                    .clock = clock,
                    .new_owner = new_owner,
                    .random = random_share,
                    .settings = gate_settings(settings)});
  service.emplace(api::Service{*gate, *contract_source, program_version(), nullptr});
  service->tokens = tokens.get();
  statistics = std::make_unique<aws::CloudWatchStatistics>(*client, settings.pipeline);
  alarms = std::make_unique<aws::CloudWatchAlarms>(*client, settings.pipeline);
  service->statistics = statistics.get();
  service->alarms = alarms.get();
  service->most_streamed = kMostStreamed;
  service->audit_log = audit_log.get();
  service->passing = passing.get();
  service->content_url = [client = client.get()](const CallContext& context, const ObjectRef& ref,
                                                 const std::string& disposition) {
    return aws::download_url(*client, context, ref, disposition, kDownloadUrl);
  };
  service->on_request = [this](const api::RequestSeen& seen) { telemetry->log(api::log_event_of(seen)); };
  upload_targets = std::make_unique<aws::S3UploadTargets>(*client, clock, form_signer(*client),
                                                          aws::S3UploadTargetsOptions{.input = settings.input});
  service->upload_targets = upload_targets.get();
  service->operators =
      "this is for operators: callers whom IAM let in, tokens with the scope scalper/operator, and those to whom an "
      "authorizer gives the role operator";
  return {};
}

Result<std::unique_ptr<AwsGate>> AwsGate::open(const aws::Environment& environment, const AwsGateOptions& options) {
  auto parts = std::make_unique<Parts>();
  SCALPER_TRY(parts->make(environment, options));
  return std::unique_ptr<AwsGate>(new AwsGate(std::move(parts)));
}

AwsGate::AwsGate(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AwsGate::~AwsGate() = default;

Gate& AwsGate::gate() { return *parts_->gate; }
api::Service& AwsGate::service() { return *parts_->service; }
VolumeGuard AwsGate::volume_guard() const { return {parts_->statistics.get(), parts_->settings.max_files_per_hour}; }
WorkQueue* AwsGate::large_queue() { return parts_->large_queue.get(); }
const aws::AwsSettings& AwsGate::settings() const { return parts_->settings; }
aws::AwsClient& AwsGate::client() { return *parts_->client; }

// All at once: each is a call, and the first file waits for them.
Result<void> AwsGate::check_buckets(const CallContext& context) {
  const std::array buckets{parts_->settings.input, parts_->settings.output, parts_->settings.quarantine};
  std::array<Result<void>, 3> checked{};
  aws::spread(buckets.size(), buckets.size(),
              [&](std::size_t i) { checked.at(i) = parts_->objects->check_bucket(context, buckets.at(i)); });
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (checked.at(i).ok()) continue;
    return checked.at(i).error().within("checking " + std::string(kBucketVariables.at(i)));
  }
  return {};
}

// Written once, by whoever comes first.
Result<WallTime> AwsGate::adopted_at(const CallContext& context) {
  RecordStore& records = parts_->gate->records;
  for (int tries = 0; tries < 2; ++tries) {
    SCALPER_TRY_ASSIGN(const auto marker, records.get_marker(context, kAdoptionMarker));
    if (marker) {
      const auto time = parse_rfc3339(marker->value);
      if (time) return *time;
      return Error(ErrorCode::kCorrupt, "the record table's item " + std::string(kAdoptionMarker) + " is no time");
    }
    const WallTime now = parts_->clock.wall_now() - kBeforeFirstSight;
    const auto written = records.put_marker(context, kAdoptionMarker, format_rfc3339(now), 0);
    if (written.ok()) return now;
    if (!written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  }
  return Error(ErrorCode::kUnavailable, "the time of adoption is written and cannot be read");
}

Result<void> AwsGate::prepare(const CallContext& context) {
  if (prepared_) return {};
  const std::lock_guard lock(mutex_);
  if (prepared_) return {};
  SCALPER_TRY_ASSIGN(parts_->gate->settings.adopted_at, adopted_at(context.at_step(0)));
  SCALPER_TRY(check_buckets(context.at_step(0)));
  prepared_ = true;
  return {};
}

void AwsGate::begin_invocation(const std::string& request_id, const std::string& trace_id) {
  parts_->telemetry->begin_invocation(request_id, cold_);
  if (cold_) parts_->telemetry->count(names::kColdStart, 1, "");
  cold_ = false;
  parts_->client->set_trace(trace_id);
}

void AwsGate::end_invocation() { parts_->telemetry->flush(); }

}  // namespace scalper
