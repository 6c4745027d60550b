#include "pipeline/ingest/claim.h"

#include <algorithm>
#include <utility>

#include "model/file_id.h"
#include "pipeline/backoff.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/epoch.h"
#include "pipeline/pause.h"

namespace scalper {
namespace {

constexpr std::uint64_t kLongToRead = std::uint64_t{64} << 20U;
constexpr int kClaimRounds = 4;

struct Attempt {
  FileId id;
  const ObjectEvent* event = nullptr;  // null: a review, whose record must be there
  OwnerToken owner;
  std::shared_ptr<const ContractIndex> contracts;
  std::optional<FileRecord> unheard;  // a claim that was written and not answered
};

FileRecord fresh_record(const Attempt& attempt, WallTime now) {
  FileRecord record;
  record.id = attempt.id;
  record.origin = attempt.event->ref;
  record.source = attempt.event->ref;
  record.sequencer = attempt.event->sequencer;
  record.size = attempt.event->size;
  record.source_time = attempt.event->time;
  record.received_at = now;
  return record;
}

void take(const Gate& gate, FileRecord& record, const OwnerToken& owner) {
  if (record.parsing) record.crashes += 1;  // the try before this one ended without a word
  record.attempt += 1;
  record.status = FileStatus::kProcessing;
  record.owner = owner;
  record.parsing = will_parse(gate.settings, record);
  // Most first tries end before anybody could ask; a long one is to be found while it lasts.
  record.open =
      record.attempt > 1 || record.review || record.size >= kLongToRead || is_backfilled(gate.settings, record);
  record.expires_at.reset();  // retention is for what is at rest
  record.revision += 1;
}

Claimed claimed_of(const Attempt& attempt, FileRecord record, MonoTime lease_end) {
  Claimed claimed;
  claimed.resumed = record.decision.has_value();
  claimed.record = std::move(record);
  claimed.lease_end = lease_end;
  claimed.contracts = attempt.contracts;
  return claimed;
}

// Writes the claim. nullopt: the guard did not hold, or no answer came: look again.
Result<std::optional<Claimed>> write_claim(Gate& gate, const CallContext& context, Attempt& attempt, FileRecord record,
                                           const WriteGuard& guard) {
  const MonoTime before = gate.clock.mono_now();
  take(gate, record, attempt.owner);
  // Announced by a listing, then processed by hand: only the message knows.
  if (record.traceparent.empty() && attempt.event != nullptr) record.traceparent = attempt.event->traceparent;
  record.lease_until = gate.clock.wall_now() + gate.settings.lease;
  const Result<void> written = gate.records.put(context, record, guard);
  if (written.ok()) return std::optional(claimed_of(attempt, std::move(record), before + gate.settings.lease));
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return std::optional<Claimed>{};
  if (is_ambiguous(written.error().code())) {
    attempt.unheard = std::move(record);
    return std::optional<Claimed>{};
  }
  return written.error().within("claiming");
}

// What keeps a record that is not final from being claimed now.
std::optional<Outcome> reason_to_wait(const Gate& gate, const FileRecord& record) {
  const WallTime now = gate.clock.wall_now();
  if (has_live_lease(record, now)) return Outcome::again_in(record.lease_until - now);
  if (record.retry_after && *record.retry_after > now) return Outcome::again_in(*record.retry_after - now);
  return std::nullopt;
}

// Withdrawn under a delete marker: nothing to do until the marker is lifted.
Result<bool> stays_withdrawn(Gate& gate, const CallContext& context, const FileRecord& record) {
  if (record.status != FileStatus::kVanished) return false;
  const auto current = gate.objects.head(context, {record.origin.bucket, record.origin.key, VersionId{}});
  if (current.failed_with(ErrorCode::kNotFound)) return true;
  if (!current.ok()) return current.error().within("looking for a withdrawn version");
  return false;
}

// Before its message goes the record is written once more: a claim that was sent and never answered, by us or by one
// who died, must not land on it later. Its version may be gone by then, and nobody would come any more. nullopt: one
// has landed, look again.
Result<std::optional<Claim>> let_rest(Gate& gate, const CallContext& context, FileRecord record) {
  const WriteGuard guard = WriteGuard::if_revision(record.revision);
  record.revision += 1;
  const auto written = gate.records.put(context, record, guard);
  if (written.ok()) return std::optional<Claim>(Outcome::done());
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return std::optional<Claim>{};
  return written.error().within("leaving a withdrawn file");
}

WriteGuard takeover_guard(const FileRecord& seen, WallTime now) {
  WriteGuard guard = WriteGuard::if_revision(seen.revision);
  guard.lease_over_at = now;
  return guard;
}

// One look at the record and what follows from it. nullopt: look again.
Result<std::optional<Claim>> claim_existing(Gate& gate, const CallContext& context, Attempt& attempt,
                                            FileRecord record) {
  if (record.owner == attempt.owner) {  // our own write, answered late
    const MonoTime end = gate.clock.mono_now() + (record.lease_until - gate.clock.wall_now());
    return std::optional<Claim>(claimed_of(attempt, std::move(record), end));
  }
  if (is_final(record)) return std::optional<Claim>(SeenAgain{std::move(record)});
  const auto wait = reason_to_wait(gate, record);
  if (wait) return std::optional<Claim>(*wait);
  SCALPER_TRY_ASSIGN(const bool withdrawn, stays_withdrawn(gate, context, record));
  if (withdrawn) return let_rest(gate, context, std::move(record));
  const WriteGuard guard = takeover_guard(record, gate.clock.wall_now());
  SCALPER_TRY_ASSIGN(auto claimed, write_claim(gate, context, attempt, std::move(record), guard));
  if (!claimed) return std::optional<Claim>{};
  return std::optional<Claim>(*std::move(claimed));
}

Result<Claim> claim_rounds(Gate& gate, const CallContext& context, Attempt& attempt) {
  Error last{ErrorCode::kUnavailable, "claiming: no definite answer from the record store"};
  bool exists = false;
  for (int round = 0; round < kClaimRounds; ++round) {
    if (attempt.event != nullptr && !exists) {  // blind: the first of a file's events costs one write and no read
      SCALPER_TRY_ASSIGN(auto claimed, write_claim(gate, context, attempt, fresh_record(attempt, gate.clock.wall_now()),
                                                   WriteGuard::if_absent()));
      if (claimed) return Claim(*std::move(claimed));
    }
    auto seen = gate.records.get(context, attempt.id);
    if (!seen.ok()) {
      last = seen.error().within("claiming");
      continue;
    }
    if (!*seen) {
      if (attempt.event == nullptr) return Claim(Outcome::done());  // a review of a record that retention took
      exists = false;
      continue;
    }
    exists = true;
    SCALPER_TRY_ASSIGN(auto claim, claim_existing(gate, context, attempt, **std::move(seen)));
    if (claim) return *std::move(claim);
  }
  return last;
}

// An orderly end: a claim that may have landed unheard is taken back, else it would count as a crash. Best effort; the
// trigger gets the claim's own error.
void take_back(Gate& gate, const CallContext& context, const Attempt& attempt) {
  Claimed claimed = claimed_of(attempt, *attempt.unheard, gate.clock.mono_now());
  FileRecord next = claimed.record;
  next.status = next.decision ? FileStatus::kProcessing : FileStatus::kReceived;
  next.parsing = false;
  next.open = true;
  [[maybe_unused]] const auto freed = write_and_release(gate, context, claimed, std::move(next));
}

Result<Claim> claim_as(Gate& gate, const CallContext& context, Attempt attempt) {
  auto claim = claim_rounds(gate, context, attempt);
  if (!claim.ok() && attempt.unheard) take_back(gate, context.to_the_end(), attempt);
  return claim;
}

}  // namespace

Result<Claim> claim_object(Gate& gate, const CallContext& context, const WorkMessage& message) {
  SCALPER_TRY_ASSIGN(const bool paused, gate.pause.is_paused(gate, context));
  if (paused) return Claim(Outcome::again_in(kPauseLook));
  Attempt attempt;
  SCALPER_TRY_ASSIGN(attempt.contracts, gate.contracts.snapshot(context));
  attempt.owner = gate.new_owner();
  if (const auto* const review = std::get_if<ReviewMessage>(&message)) {
    attempt.id = review->id;
    return claim_as(gate, context, std::move(attempt));
  }
  const auto& event = std::get<ObjectEvent>(message);
  if (event.ref.bucket != gate.settings.input)
    return Error(ErrorCode::kInvalidArgument, "claiming: the message names another bucket than the input");
  attempt.id = file_id(event.ref);
  attempt.event = &event;
  return claim_as(gate, context, std::move(attempt));
}

}  // namespace scalper
