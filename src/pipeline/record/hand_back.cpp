#include "pipeline/record/hand_back.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "base/trace_context.h"
#include "pipeline/backoff.h"
#include "pipeline/epoch.h"

namespace scalper {
namespace {

constexpr std::size_t kErrorChars = 300;

void log_try(Gate& gate, const FileRecord& record, LogLevel level, std::string event, const std::string& why) {
  LogEvent line{level,
                std::move(event),
                {{"file_id", record.id.value()},
                 {"bucket", record.source.bucket.value()},
                 {"key", record.source.key.value()},
                 {"version_id", record.source.version.value()},
                 {"attempt", static_cast<std::int64_t>(record.attempt)},
                 {"error", why}}};
  if (const auto trace = trace_id_of(record.traceparent); !trace.empty())
    line.fields.emplace_back("trace_id", std::string(trace));
  gate.telemetry.log(line);
}

FileRecord ended(const Claimed& claimed, FileStatus status, const std::string& why) {
  FileRecord next = claimed.record;
  next.status = status;
  next.parsing = false;
  next.open = true;
  next.last_error = escape_text(why, kErrorChars);
  return next;
}

Millis doubling(const Gate& gate, const FileRecord& record) {
  return backoff(gate, record.attempt, gate.settings.retry_base * 10, gate.settings.unreadable_cap);
}

}  // namespace

Outcome hand_back_failed(Gate& gate, const CallContext& context, Claimed& claimed, const Error& error) {
  const bool many = claimed.record.attempt >= gate.settings.attempts_before_failed;
  log_try(gate, claimed.record, many ? LogLevel::kError : LogLevel::kWarning, "try_failed", error.message());
  const Millis delay = error.code() == ErrorCode::kCancelled
                           ? Millis{0}
                           : backoff(gate, claimed.record.attempt, gate.settings.retry_base, gate.settings.retry_cap);
  if (is_final(claimed.record)) return Outcome::again_in(delay);  // only steps 7 to 9 are missing
  const FileStatus status = claimed.record.decision ? FileStatus::kProcessing : FileStatus::kReceived;
  FileRecord next = ended(claimed, status, error.message());
  if (many) next.retry_after = gate.clock.wall_now() + doubling(gate, next);
  const bool lost = error.code() == ErrorCode::kPreconditionFailed;
  if (!lost) {
    const auto released = write_and_release(gate, context, claimed, std::move(next));
    // Not freed: the lease runs out by itself, and the message waits for that.
    if (!released.ok()) return Outcome::again_in(std::max(delay, gate.settings.lease));
  }
  return Outcome::again_in(delay);
}

Result<Outcome> hand_back_withdrawn(Gate& gate, const CallContext& context, Claimed& claimed, const std::string& why) {
  log_try(gate, claimed.record, LogLevel::kInfo, "file_vanished", why);
  FileRecord next = ended(claimed, FileStatus::kVanished, why);
  // The sweep's listing does not bring a backfilled one back: it is asked for now and then, until retention takes it.
  next.open = is_backfilled(gate.settings, next);
  if (next.open) next.retry_after = gate.clock.wall_now() + doubling(gate, next);
  next.enqueued_at.reset();
  next.expires_at = gate.clock.wall_now() + gate.settings.retention;
  SCALPER_TRY(write_and_release(gate, context, claimed, std::move(next)));
  return Outcome::done();
}

Result<Outcome> hand_back_unreadable(Gate& gate, const CallContext& context, Claimed& claimed, const std::string& why) {
  log_try(gate, claimed.record, LogLevel::kError, "store.unreadable", why);
  FileRecord next = ended(claimed, FileStatus::kFailed, "store.unreadable: " + why);
  next.retry_after = gate.clock.wall_now() + doubling(gate, next);
  SCALPER_TRY(write_and_release(gate, context, claimed, std::move(next)));
  // The sweep finds it again when its time has come; a message would only go round.
  return Outcome::done();
}

Result<Outcome> hand_back_waiting(Gate& gate, const CallContext& context, Claimed& claimed, Millis wait) {
  FileRecord next = ended(claimed, FileStatus::kReceived, "");
  next.attempt -= 1;
  SCALPER_TRY(write_and_release(gate, context, claimed, std::move(next)));
  return wait > Millis{0} ? Outcome::again_in(wait) : Outcome::done();
}

}  // namespace scalper
