#include "pipeline/ingest/companion_file.h"

#include <algorithm>
#include <utility>

#include "model/file_id.h"
#include "pipeline/drain.h"
#include "pipeline/ingest/companions.h"
#include "pipeline/ingest/named_files.h"
#include "pipeline/ingest/remarks.h"
#include "validate/integrity/companion_reader.h"

namespace scalper {
namespace {

constexpr Millis kWhileInWork{std::chrono::seconds{1}};

// Looks at one named file after the other; stops at one that still needs the companion. True: none does.
Result<bool> follow(Gate& gate, const CallContext& context, const FileRecord& record, const std::string& sha256,
                    const NamedFiles& named, WallTime now, CompanionProgress& progress) {
  const bool late = now >= record.received_at + named.wait;
  for (; progress.done < named.files.size(); ++progress.done) {
    const Named& file = named.files[progress.done];
    if (!file.contract) continue;
    SCALPER_TRY_ASSIGN(const Need need, need_of(gate, context, record, sha256, file.key, late));
    progress.used = progress.used || need.used;
    progress.in_output = progress.in_output || need.in_output;
    progress.waits_for = ObjectKey{need.waits ? file.key : std::string()};
    if (need.waits) return false;
  }
  progress.waits_for = ObjectKey{};
  return true;
}

Judgement waits(const FileRecord& record, const NamedFiles& named, WallTime now) {
  Judgement judgement;
  judgement.kind = Judgement::Kind::kWaits;
  judgement.why = "a file that it names is not final yet";
  judgement.come_again = std::max(record.received_at + named.wait - now, Millis{0});
  return judgement;
}

void call_orphan(Verdict& verdict, const NamedFiles& named) {
  Finding finding;
  finding.code = "checksum.orphan";
  finding.severity = Severity::kUnverifiable;
  finding.message = named.contract
                        ? "no file that it names came in time and used it; send the file, or rerun it if it came"
                        : "no file that it names has a contract that asks for it";
  add_remark(verdict, std::move(finding));
}

Result<bool> settle(Gate& gate, const CallContext& context, Claimed& claimed, const CompanionKey& key,
                    const NamedFiles& named, const Verdict& verdict, WallTime now) {
  FileRecord& record = claimed.record;
  CompanionProgress progress = record.review ? CompanionProgress{} : record.companion.value_or(CompanionProgress{});
  if (!progress.announced && !record.review) {
    SCALPER_TRY(wake_waiting(gate, context, key, named));
    progress.announced = true;
  }
  auto done = follow(gate, context, record, verdict.digests.sha256, named, now, progress);
  record.companion = std::move(progress);
  return done;
}

}  // namespace

Result<Judgement> judge_companion(Gate& gate, const CallContext& context, Claimed& claimed, const CompanionKey& key) {
  SCALPER_TRY_ASSIGN(auto object, gate.objects.open(context, claimed.record.source, ETag{}, ByteRange{}));
  const std::uint32_t crashes = claimed.record.crashes;
  const bool unparsed = crashes >= gate.settings.crashes_before_unparsed;
  CompanionReader reader(key, unparsed);
  SCALPER_TRY(drain(gate, context, claimed, *object.body, [&](Bytes bytes) { reader.feed(bytes); }));
  ReadCompanion read = reader.finish();
  SCALPER_TRY(check_transfer(read.verdict, object.info));
  const NamedFiles named = named_files(*claimed.contracts, key, read.says);
  if (named.contract) read.verdict.contract = named.contract->stamp();
  if (unparsed) {
    add_remark(read.verdict, limit_crashes(crashes));
  } else if (read.says.ok()) {
    const WallTime now = gate.clock.wall_now();
    auto done = settle(gate, context, claimed, key, named, read.verdict, now);
    if (!done.ok()) return not_of_the_source(done.error());
    if (!*done) return waits(claimed.record, named, now);
    if (!claimed.record.companion->used) call_orphan(read.verdict, named);
  }
  Judgement judgement;
  judgement.info = object.info;
  judgement.verdict = std::move(read.verdict);
  SCALPER_TRY_ASSIGN(judgement.seal, gate.objects.seal(context, claimed.record.source));
  return judgement;
}

Result<void> tell_companions(Gate& gate, const CallContext& context, const FileRecord& record) {
  if (!record.decision) return {};
  for (const CompanionUse& use : record.decision->companions) {
    SCALPER_TRY_ASSIGN(const auto companion, gate.records.get(context, file_id(use.ref)));
    if (!companion || is_final(*companion) || companion->review) continue;
    const bool in_work = companion->status == FileStatus::kProcessing;
    const bool waits_for_it = companion->companion && companion->companion->waits_for == record.origin.key;
    if (in_work || waits_for_it) SCALPER_TRY(queue_file(gate, context, *companion, in_work ? kWhileInWork : Millis{0}));
  }
  return {};
}

}  // namespace scalper
