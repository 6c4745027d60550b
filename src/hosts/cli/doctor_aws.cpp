#include "hosts/cli/doctor_aws.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <set>
#include <string>

#include "adapters/aws/s3_object_store.h"
#include "base/escape.h"
#include "hosts/cli/aws_gate_client.h"
#include "hosts/cli/aws_looks.h"
#include "hosts/cli/canary.h"
#include "hosts/cli/destroyable.h"
#include "hosts/local_exit_codes.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/pause.h"

namespace scalper::cli {
namespace {

constexpr unsigned kLongestWait = 3600;

// Where log lines go: everything that they would say is looked at.
struct Nowhere {
  const int fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);  // NOLINT(cppcoreguidelines-pro-type-vararg)
  Nowhere() = default;
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
  ~Nowhere() { ::close(fd); }
};

std::optional<Millis> patience_of(const Arguments& arguments) {
  const std::string said = arguments.value("--wait");
  unsigned seconds = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), seconds);
  if (failed != std::errc() || end != said.data() + said.size() || seconds < 1 || seconds > kLongestWait)
    return std::nullopt;
  return std::chrono::seconds{seconds};
}

std::string place_of(const aws::ContractsPlace& place) {
  if (!place.bucket.empty()) return "s3://" + place.bucket.value() + (place.prefix.empty() ? "" : "/" + place.prefix);
  return place.folder.empty() ? "builtin" : "the folder " + place.folder;
}

void look_at_contracts(AwsGate& gate, Diagnoses& said) {
  const std::string subject = "contracts";
  const std::string place = escape_text(place_of(gate.settings().contracts), 400);
  const auto index = gate.gate().contracts.snapshot(CallContext{});
  if (!index.ok())
    return said.fail(subject, place + ": " + index.error().message(),
                     index.failed_with(ErrorCode::kPermissionDenied)
                         ? "allow s3:GetObject and s3:ListBucket there"
                         : "'scalper contract publish --aws DIR' puts a set there");
  if (const std::string complaint = gate.gate().contracts.complaint(); !complaint.empty())
    return said.fail(subject, place + ": " + complaint, "'scalper contract publish --aws DIR' with a sound set");
  const auto digest = gate.service().contract_source.current_digest(CallContext{});
  said.ok(subject, place + ": " + std::to_string((*index)->all().size()) + " contracts in use" +
                       (digest.ok() ? ", set " + escape_text(*digest).substr(0, 12) : ""));
}

void look_at_gate(AwsGate& gate, Diagnoses& said) {
  const auto paused = gate.gate().pause.is_paused(gate.gate(), CallContext{});
  if (!paused.ok()) return;  // the table said so
  if (*paused) said.warn("gate", "is paused: nothing new is claimed", "'scalper resume --aws'");
}

// What AWS's own S3 honours and others may not; asked with objects of our own.
void look_at_store(AwsGate& gate, Diagnoses& said) {
  aws::S3ObjectStore store(gate.client(), gate.gate().clock, {});
  const auto conditions = store.probe(CallContext{}, gate.settings().output);
  const std::string subject = "store";
  if (!conditions.ok())
    return said.fail(
        subject, "conditions of copies: " + conditions.error().message(),
        "a store that honours If-None-Match; and s3:PutObject, s3:GetObjectVersion, s3:AbortMultipartUpload "
        "and s3:DeleteObjectVersion on .scalper-probe/* in output");
  said.ok(subject, *conditions == aws::CopyConditions::kCopy
                       ? "CopyObject honours If-None-Match"
                       : "CopyObject overwrites; copies are multipart copies that are completed on condition");
}

void look_at_all(AwsGate& gate, Diagnoses& said, const std::optional<CanaryWish>& canary) {
  std::set<std::string> keys;
  const Look look{gate.client(), said, keys};
  const aws::AwsSettings& settings = gate.settings();
  if (!look_at_caller(look)) return;
  look_at_bucket(look, settings.input, BucketRole::kInput);
  look_at_bucket(look, settings.output, BucketRole::kOutput);
  look_at_bucket(look, settings.quarantine, BucketRole::kQuarantine);
  if (!settings.contracts.bucket.empty()) look_at_bucket(look, settings.contracts.bucket, BucketRole::kContracts);
  const QueueFacts queue = look_at_queue(look, settings.queue_url);
  look_at_dead_letters(look, settings.dead_letter_url, queue);
  look_at_large_queue(look, settings.large_queue_url);
  look_at_events(look, settings.input, queue);
  look_at_table(look, settings.table);
  look_at_contracts(gate, said);
  look_at_topic(look, settings.notice_topic);
  look_at_bus(look, settings.notice_bus);
  look_at_keys(look);
  look_at_gate(gate, said);
  look_at_permissions(look, settings);
  if (!canary) return;
  look_at_store(gate, said);
  send_canary(gate.gate(), said, *canary);
}

// What has to be gone before the gate may go.
void look_whether_destroyable(AwsGate& gate, Diagnoses& said) {
  std::set<std::string> keys;
  const Look look{gate.client(), said, keys};
  const aws::AwsSettings& settings = gate.settings();
  if (!look_at_caller(look)) return;
  look_whether_empty(look, settings.queue_url, "queue");
  look_whether_empty(look, settings.dead_letter_url, "dead letters");
  look_whether_empty(look, settings.large_queue_url, "queue of long files");
  look_for_open_work(gate.gate(), said);
}

}  // namespace

int doctor_aws(const Arguments& arguments, Terminal& terminal) {
  const auto patience = patience_of(arguments);
  if (!patience) {
    terminal.complain("--wait takes seconds, from 1 to " + std::to_string(kLongestWait));
    return kExitUsage;
  }
  std::optional<CanaryWish> canary;
  if (arguments.has("--canary")) canary = CanaryWish{*patience};
  const bool before_the_end = arguments.has("--destroyable");
  if (before_the_end && canary) {
    terminal.complain("--destroyable and --canary: one at a time");
    return kExitUsage;
  }
  const bool as_json = arguments.has("--json");
  Diagnoses said([&](const Diagnosis& one) {
    if (!as_json) print_diagnosis(one, terminal);
  });
  const Nowhere nowhere;
  const auto gate = open_aws_gate(nowhere.fd);
  if (gate.ok() && before_the_end)
    look_whether_destroyable(**gate, said);
  else if (gate.ok())
    look_at_all(**gate, said, canary);
  else
    said.fail("environment", gate.error().message(), "'scalper doctor --env' lists the variables");
  const std::size_t failed = said.count(Grade::kFail);
  if (as_json)
    terminal.out() << diagnoses_json(said);
  else
    terminal.out() << said.all().size() << " looked at, " << failed << " failed, " << said.count(Grade::kWarn)
                   << " to know\n";
  return failed == 0 ? kExitOk : kExitSomeInvalid;
}

}  // namespace scalper::cli
