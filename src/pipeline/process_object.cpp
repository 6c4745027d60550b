#include "pipeline/process_object.h"

#include <utility>

#include "pipeline/epoch.h"
#include "pipeline/ingest/companion_file.h"
#include "pipeline/ingest/read_once.h"
#include "pipeline/judge.h"
#include "pipeline/record/decide.h"
#include "pipeline/record/finish.h"
#include "pipeline/record/hand_back.h"
#include "pipeline/report/announce.h"
#include "pipeline/route/delete_source.h"
#include "pipeline/route/publish.h"
#include "pipeline/route/target.h"

namespace scalper {
namespace {

// Steps 6 to 8: the target is written and verified.
Result<Outcome> finish(Gate& gate, const CallContext& context, Claimed& claimed, FileStatus status,
                       std::optional<Target> target, MonoTime begun) {
  SCALPER_TRY(record_final(gate, context.at_step(6), claimed, status, std::move(target)));
  report_final(gate, context, claimed.record, gate.clock.mono_now() - begun);
  return finish_again(gate, context, claimed.record);
}

// The output key is held by something that is not ours: it stays, and our bytes go where they can be looked at.
Result<Published> yield_to_stranger(Gate& gate, const CallContext& context, Claimed& claimed) {
  FileRecord next = claimed.record;
  next.target = next.prior_target && next.review ? *next.prior_target : quarantine_target(gate.settings, next);
  next.upload_id = UploadId{};
  if (next.decision) add_target_conflict(*next.decision);
  SCALPER_TRY(write_owned(gate, context, claimed, std::move(next)));
  return publish(gate, context, claimed);
}

Result<Outcome> move_and_finish(Gate& gate, const CallContext& context, Claimed& claimed, MonoTime begun) {
  SCALPER_TRY_ASSIGN(Published published, publish(gate, context.at_step(4), claimed));
  if (published.kind == Published::Kind::kConflict && claimed.record.target->bucket == gate.settings.output) {
    SCALPER_TRY_ASSIGN(published, yield_to_stranger(gate, context.at_step(4), claimed));
  }
  switch (published.kind) {
    case Published::Kind::kDone: break;
    case Published::Kind::kWithdrawn:
      return end_without_source(gate, context, claimed, "the source is gone and no copy of ours is at the target");
    case Published::Kind::kConflict:
      return Error(ErrorCode::kAlreadyExists, "something that is not ours holds the quarantine key");
  }
  const FileStatus status = final_status(gate.settings, claimed.record);
  return finish(gate, context, claimed, status, std::move(published.target), begun);
}

Result<Outcome> run(Gate& gate, const CallContext& context, Claimed& claimed, std::optional<Judgement> seen) {
  const MonoTime begun = gate.clock.mono_now();
  if (is_rejection(claimed.record)) return finish(gate, context, claimed, FileStatus::kRejected, std::nullopt, begun);
  if (claimed.resumed) SCALPER_TRY(confirm_verdict(gate, context.at_step(2), claimed));
  if (!claimed.record.decision && !is_out_of_tries(gate, claimed.record)) {
    if (!seen) {
      SCALPER_TRY_ASSIGN(seen, judge(gate, context.at_step(2), claimed));
    }
    Judgement& judgement = *seen;
    switch (judgement.kind) {
      case Judgement::Kind::kJudged: break;
      case Judgement::Kind::kWithdrawn: return end_without_source(gate, context, claimed, judgement.why);
      case Judgement::Kind::kUnreadable: return hand_back_unreadable(gate, context, claimed, judgement.why);
      case Judgement::Kind::kWaits: return hand_back_waiting(gate, context, claimed, judgement.come_again);
      case Judgement::Kind::kIgnored: return finish(gate, context, claimed, FileStatus::kIgnored, std::nullopt, begun);
    }
    const Target target = planned_target(gate.settings, claimed.record, judgement.verdict.kind);
    SCALPER_TRY(decide(gate, context.at_step(3), claimed, std::move(judgement), target));
  }
  if (!claimed.record.decision) {
    const auto planned = plan_unjudged(gate, context.at_step(3), claimed);
    if (planned.failed_with(ErrorCode::kNotFound))
      return end_without_source(gate, context, claimed, planned.error().message());
    if (!planned.ok()) return planned.error();
  }
  return move_and_finish(gate, context, claimed, begun);
}

}  // namespace

Outcome carry_out(Gate& gate, const CallContext& context, Claimed claimed, std::optional<Judgement> seen) {
  const auto outcome = run(gate, context, claimed, std::move(seen));
  return outcome.ok() ? *outcome : hand_back_failed(gate, context.to_the_end(), claimed, outcome.error());
}

Result<Outcome> finish_again(Gate& gate, const CallContext& context, const FileRecord& record) {
  SCALPER_TRY(announce(gate, context.at_step(7), record));
  SCALPER_TRY(tell_companions(gate, context.at_step(7), record));
  SCALPER_TRY(delete_source(gate, context.at_step(8), record));
  SCALPER_TRY(close_review(gate, context.at_step(8), record));
  return Outcome::done();
}

Result<Outcome> continue_claim(Gate& gate, const CallContext& context, Claim claim) {
  if (auto* const claimed = std::get_if<Claimed>(&claim))
    return carry_out(gate, context, std::move(*claimed), std::nullopt);
  if (const auto* const seen = std::get_if<SeenAgain>(&claim)) return finish_again(gate, context, seen->record);
  return std::get<Outcome>(claim);
}

Result<Outcome> process_object(Gate& gate, const CallContext& context, const WorkMessage& message) {
  SCALPER_TRY_ASSIGN(Claim claim, claim_object(gate, context.at_step(1), message));
  return continue_claim(gate, context, std::move(claim));
}

}  // namespace scalper
