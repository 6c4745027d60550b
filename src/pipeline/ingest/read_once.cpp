#include "pipeline/ingest/read_once.h"

#include <charconv>
#include <utility>

#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "model/telemetry_names.h"
#include "pipeline/drain.h"
#include "pipeline/epoch.h"
#include "pipeline/ingest/companion_file.h"
#include "pipeline/ingest/companions.h"
#include "pipeline/ingest/malware_scan.h"
#include "pipeline/ingest/remarks.h"

namespace scalper {
namespace {

// Digests only: for bytes that no parser may see again.
Result<Verdict> digest_only(Gate& gate, const CallContext& context, Claimed& claimed, ByteSource& body) {
  Sha256 sha;
  Crc64Nvme crc;
  Verdict verdict;
  SCALPER_TRY_ASSIGN(verdict.size, drain(gate, context, claimed, body, [&](Bytes bytes) {
                       sha.update(bytes);
                       crc.update(bytes);
                     }));
  verdict.digests.sha256 = to_hex(sha.finish());
  verdict.digests.crc64nvme = crc64nvme_hex(crc.value());
  return verdict;
}

Result<Verdict> validate(Gate& gate, const CallContext& context, Claimed& claimed, OpenedObject& object,
                         const std::shared_ptr<const CompiledContract>& contract, CompanionsFound& companions) {
  FileFacts facts;
  facts.name = claimed.record.origin.key.value();
  facts.size = object.info.size;
  if (!object.info.content_type.empty()) facts.content_type = object.info.content_type;
  facts.declared = std::move(companions.declared);
  if (contract && contract->integrity_from() == IntegrityFrom::kMetadata) {
    MetadataDigests stated = declared_in_metadata(object.info.metadata);
    facts.declared = std::move(stated.declared);
    companions.findings = std::move(stated.findings);
  }
  facts.require_declared = contract && contract->integrity_required();
  const MonoTime begun = gate.clock.mono_now();
  Env env;
  env.stop = context.stop;
  env.does_the_rest = true;  // MalwareScan and run_hooks()
  env.elapsed = [&gate, begun] { return std::chrono::nanoseconds(gate.clock.mono_now() - begun); };
  SCALPER_TRY_ASSIGN(auto validator,
                     Validator::begin(contract ? contract : builtin_contract(), std::move(facts), std::move(env)));
  SCALPER_TRY_ASSIGN(MalwareScan scan, MalwareScan::begin(gate, context, claimed, contract.get()));
  SCALPER_TRY(drain(gate, context, claimed, *object.body, [&](Bytes bytes) {
    validator.feed(bytes);
    scan.feed(context, bytes);
  }));
  SCALPER_TRY_ASSIGN(Verdict verdict, validator.finish());
  SCALPER_TRY(scan.finish(gate, context, claimed, verdict));
  for (Finding& finding : companions.findings) add_remark(verdict, std::move(finding));
  compare_with_order(verdict, object.info.metadata);
  if (!contract) add_remark(verdict, contract_unmatched());
  return verdict;
}

// What stands for a file that is too long to be read here. Its version cannot change, so that the store's own checksum
// still holds the copy to it, and a release needs no second look at bytes that were judged.
Verdict unread(const Gate& gate, const FileRecord& record, const ObjectInfo& info) {
  Verdict verdict;
  verdict.size = info.size;
  if (info.crc64nvme) verdict.digests.crc64nvme = crc64nvme_hex(*info.crc64nvme);
  if (is_release(record) && record.prior_decision && !record.prior_decision->verdict.digests.sha256.empty())
    verdict.digests = record.prior_decision->verdict.digests;
  if (!is_release(record)) add_remark(verdict, limit_time(info.size, gate.settings.largest_readable));
  return verdict;
}

bool is_too_long(const Gate& gate, const ObjectInfo& info) {
  return info.size > gate.settings.largest_readable && gate.objects.capabilities().immutable_versions;
}

bool is_placeholder(const ObjectInfo& info) { return info.size == 0 && info.ref.key.value().ends_with('/'); }

Judgement of_kind(Judgement::Kind kind, std::string why) {
  Judgement judgement;
  judgement.kind = kind;
  judgement.why = std::move(why);
  return judgement;
}

Result<Judgement> read_opened(Gate& gate, const CallContext& context, Claimed& claimed, OpenedObject& object,
                              CompanionsFound companions) {
  const auto contract = claimed.contracts->match(claimed.record.origin.key.value());
  Judgement judgement;
  judgement.info = object.info;
  judgement.companions = std::move(companions.used);
  const std::uint32_t crashes = claimed.record.crashes;
  const bool release = is_release(claimed.record);
  if (is_too_long(gate, object.info)) {
    judgement.verdict = unread(gate, claimed.record, object.info);
    if (contract) judgement.verdict.contract = contract->stamp();
    SCALPER_TRY_ASSIGN(judgement.seal, gate.objects.seal(context, claimed.record.source));
    return judgement;
  }
  if (release || crashes >= gate.settings.crashes_before_unparsed) {
    SCALPER_TRY_ASSIGN(judgement.verdict, digest_only(gate, context, claimed, *object.body));
    if (!release) add_remark(judgement.verdict, limit_crashes(crashes));
  } else {
    const MonoTime begun = gate.clock.mono_now();
    SCALPER_TRY_ASSIGN(judgement.verdict, validate(gate, context, claimed, object, contract, companions));
    const Millis took = gate.clock.mono_now() - begun;
    gate.telemetry.observe(names::kValidateDuration, static_cast<double>(took.count()),
                           judgement.verdict.contract.name);
    if (gate.on_read) gate.on_read(judgement.verdict.size, took);
  }
  SCALPER_TRY(check_transfer(judgement.verdict, object.info));
  SCALPER_TRY_ASSIGN(judgement.seal, gate.objects.seal(context, claimed.record.source));
  return judgement;
}

Result<Judgement> read_source(Gate& gate, const CallContext& context, Claimed& claimed) {
  const auto role = companion_role(*claimed.contracts, claimed.record.origin.key.value());
  if (role && !is_release(claimed.record)) return judge_companion(gate, context, claimed, *role);
  if (!role) claimed.record.companion.reset();  // the contracts may have changed since the last try
  // "Not there" and "denied" are said of the file alone: here they would be said of another.
  auto companions = find_companions(gate, context, claimed);
  if (!companions.ok()) return not_of_the_source(companions.error());
  if (companions->wait > Millis{0}) {
    Judgement waits = of_kind(Judgement::Kind::kWaits, "the checksum that its contract requires is not there yet");
    waits.come_again = companions->wait;
    return waits;
  }
  SCALPER_TRY_ASSIGN(auto object, gate.objects.open(context, claimed.record.source, ETag{}, ByteRange{}));
  if (is_placeholder(object.info)) return of_kind(Judgement::Kind::kIgnored, "a folder placeholder");
  return read_opened(gate, context, claimed, object, *std::move(companions));
}

}  // namespace

Result<Judgement> read_once(Gate& gate, const CallContext& context, Claimed& claimed) {
  auto judgement = read_source(gate, context, claimed);
  if (judgement.ok()) return judgement;
  switch (judgement.error().code()) {
    case ErrorCode::kNotFound: return of_kind(Judgement::Kind::kWithdrawn, judgement.error().message());
    case ErrorCode::kPermissionDenied: return of_kind(Judgement::Kind::kUnreadable, judgement.error().message());
    default: return judgement.error().within("reading the file");
  }
}

}  // namespace scalper
