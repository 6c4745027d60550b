#include "pipeline/claimed.h"

#include <utility>

namespace scalper {
namespace {

constexpr int kWriteTries = 3;

WriteGuard guard_of(const Claimed& claimed) {
  WriteGuard guard = WriteGuard::if_owned(claimed.record.owner, claimed.record.epoch);
  guard.revision = claimed.record.revision;
  return guard;
}

// Equal but for the lease, which renewals change by themselves.
bool is_same_write(const FileRecord& stored, FileRecord written) {
  written.lease_until = stored.lease_until;
  return stored == written;
}

Result<void> write_guarded(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next,
                           const WriteGuard& guard) {
  next.revision = claimed.record.revision + 1;
  Error last{ErrorCode::kInternal, "record not written"};
  for (int tries = 0; tries < kWriteTries; ++tries) {
    const MonoTime before = gate.clock.mono_now();
    if (!next.owner.empty()) next.lease_until = gate.clock.wall_now() + gate.settings.lease;
    const Result<void> written = gate.records.put(context, next, guard);
    bool landed = written.ok();
    if (!landed && tries > 0 && written.failed_with(ErrorCode::kPreconditionFailed)) {
      // An earlier try of ours may have landed after all.
      SCALPER_TRY_ASSIGN(const auto stored, gate.records.get(context, next.id));
      landed = stored && is_same_write(*stored, next);
    }
    if (landed) {
      claimed.record = std::move(next);
      claimed.lease_end = before + gate.settings.lease;
      return {};
    }
    last = written.error();
    if (!is_ambiguous(last.code()) && last.code() != ErrorCode::kThrottled) break;
  }
  return last.within("writing the record");
}

}  // namespace

Result<void> write_owned(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next) {
  return write_guarded(gate, context, claimed, std::move(next), guard_of(claimed));
}

Result<void> write_decision(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next) {
  WriteGuard guard = guard_of(claimed);
  guard.undecided = true;
  return write_guarded(gate, context, claimed, std::move(next), guard);
}

Result<void> write_and_release(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next) {
  next.owner = OwnerToken{};
  next.lease_until = WallTime{};
  return write_guarded(gate, context, claimed, std::move(next), guard_of(claimed));
}

namespace {

Result<void> renew(Gate& gate, const CallContext& context, Claimed& claimed) {
  const MonoTime before = gate.clock.mono_now();
  const WallTime until = gate.clock.wall_now() + gate.settings.lease;
  if (const auto renewed = gate.records.renew_lease(context, claimed.record.id, claimed.record.owner, until);
      !renewed.ok())
    return renewed.error().within("renewing the lease");
  claimed.record.lease_until = until;
  claimed.lease_end = before + gate.settings.lease;
  if (claimed.receipt.empty()) return {};
  // Not needed for safety: a message that comes again too early is turned away by the lease. But each such delivery
  // counts, and would end as a dead letter while the file is in work. A void receipt is one that came again already.
  const auto extended = gate.queue.extend(context, claimed.receipt, gate.settings.visibility);
  if (!extended.ok() && !extended.failed_with(ErrorCode::kNotFound))
    gate.telemetry.log({LogLevel::kWarning,
                        "extend_failed",
                        {{"file_id", claimed.record.id.value()}, {"error", extended.error().message()}}});
  return {};
}

}  // namespace

Result<void> keep_lease(Gate& gate, const CallContext& context, Claimed& claimed) {
  const Millis left = claimed.lease_end - gate.clock.mono_now();
  if (left > gate.settings.lease * 2 / 3) return {};
  return renew(gate, context, claimed);
}

Result<void> require_margin(Gate& gate, const CallContext& context, Claimed& claimed) {
  const Millis needed = gate.settings.call_timeout + gate.settings.lease_margin;
  if (claimed.lease_end - gate.clock.mono_now() > needed) return {};
  SCALPER_TRY(renew(gate, context, claimed));
  if (claimed.lease_end - gate.clock.mono_now() > needed) return {};
  return Error(ErrorCode::kTimeout, "the lease is shorter than the call may take");
}

}  // namespace scalper
