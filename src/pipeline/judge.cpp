#include "pipeline/judge.h"

#include <utility>

#include "pipeline/epoch.h"
#include "pipeline/ingest/read_once.h"
#include "pipeline/ingest/run_hooks.h"
#include "pipeline/record/decide.h"
#include "pipeline/record/finish.h"
#include "pipeline/record/hand_back.h"
#include "pipeline/route/target.h"

namespace scalper {
namespace {

// The verdict that the operator overrides stays the file's verdict; only its bytes are looked at again.
Judgement compare_released(const FileRecord& record, Judgement read) {
  if (!record.prior_decision) return read;
  Verdict prior = record.prior_decision->verdict;
  if (!prior.digests.sha256.empty() && prior.digests.sha256 != read.verdict.digests.sha256) {
    Judgement differs;
    differs.kind = Judgement::Kind::kWithdrawn;
    differs.why = "the quarantined bytes are not those that were judged";
    return differs;
  }
  prior.size = read.verdict.size;
  prior.digests.sha256 = read.verdict.digests.sha256;
  prior.digests.crc64nvme = read.verdict.digests.crc64nvme;
  read.verdict = std::move(prior);
  read.companions = record.prior_decision->companions;  // that verdict was made with them
  return read;
}

}  // namespace

bool is_out_of_tries(const Gate& gate, const FileRecord& record) {
  return record.attempt > gate.settings.attempts_before_failed && !record.decision;
}

Result<void> confirm_verdict(Gate& gate, const CallContext& context, Claimed& claimed) {
  if (stays_in_place(claimed.record)) return {};
  const Decision& decision = *claimed.record.decision;
  const auto same =
      gate.objects.confirm(context, claimed.record.source, decision.seal, decision.verdict.digests.sha256);
  if (same.failed_with(ErrorCode::kPreconditionFailed)) return withdraw_decision(gate, context, claimed);
  // No such bytes: they may have been published already, which the look before the copy tells.
  if (same.ok() || same.failed_with(ErrorCode::kNotFound)) return {};
  return same.error().within("confirming the verdict");
}

Result<Judgement> judge(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(Judgement judgement, read_once(gate, context, claimed));
  if (judgement.kind == Judgement::Kind::kJudged && is_release(claimed.record))
    return compare_released(claimed.record, std::move(judgement));
  if (judgement.kind == Judgement::Kind::kJudged) {
    const auto hooked = run_hooks(gate, context, claimed, judgement);
    // Its source has gone meanwhile: as if the first read had said so.
    if (hooked.failed_with(ErrorCode::kNotFound)) {
      judgement = {};
      judgement.kind = Judgement::Kind::kWithdrawn;
      judgement.why = hooked.error().message();
      return judgement;
    }
    if (!hooked.ok()) return hooked.error().within("running the hooks");
  }
  return judgement;
}

Result<void> plan_unjudged(Gate& gate, const CallContext& context, Claimed& claimed) {
  const auto info = gate.objects.head(context, claimed.record.source);
  // Planned before: the copy may have moved the bytes, or somebody may have written to them.
  const bool planned = claimed.record.target.has_value();
  if (planned && (info.ok() ? info->etag == claimed.record.source_etag : info.failed_with(ErrorCode::kNotFound)))
    return {};
  if (!info.ok()) return info.error().within("moving a file that could not be judged");
  FileRecord next = claimed.record;
  next.size = info->size;
  next.source_etag = info->etag;
  if (next.epoch == 0) next.source_time = info->last_modified;
  next.target = next.prior_target ? *next.prior_target : quarantine_target(gate.settings, next);
  next.parsing = false;
  return write_owned(gate, context, claimed, std::move(next));
}

Result<Outcome> end_without_source(Gate& gate, const CallContext& context, Claimed& claimed, const std::string& why) {
  if (!claimed.record.review) return hand_back_withdrawn(gate, context, claimed, why);
  gate.telemetry.log(
      {LogLevel::kError,
       "review_without_source",
       {{"file_id", claimed.record.id.value()}, {"key", claimed.record.source.key.value()}, {"error", why}}});
  SCALPER_TRY(restore_before_review(gate, context, claimed, why));
  return Outcome::done();
}

void add_target_conflict(Decision& decision) {
  Finding finding;
  finding.code = "route.target_conflict";
  finding.severity = Severity::kError;
  finding.message =
      "something that this gate did not write holds the output key; remove it or let the sender use another name, then "
      "release or rerun";
  auto& findings = decision.verdict.findings;
  findings.insert(findings.begin(), std::move(finding));
  if (findings.size() > kRecordFindings) findings.resize(kRecordFindings);
  decision.verdict.findings_total += 1;
}

}  // namespace scalper
