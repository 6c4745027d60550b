#include "pipeline/route/publish.h"

#include <utility>

#include "pipeline/route/copy_request.h"
#include "pipeline/route/look.h"
#include "pipeline/route/replace.h"
#include "pipeline/route/verify.h"

namespace scalper {
namespace {

constexpr int kRounds = 6;

// nullopt: once more, and look first.
using Round = std::optional<Published>;

Published done(Target target) { return {.kind = Published::Kind::kDone, .target = std::move(target)}; }
Published of_kind(Published::Kind kind) { return {.kind = kind, .target = {}}; }

bool is_own_name(const Gate& gate, const FileRecord& record) {
  return record.target->bucket == gate.settings.output && record.target->key == record.origin.key;
}

Result<Round> look(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(const auto found, look_for_mine(gate, context, claimed.record, *claimed.record.target));
  if (!found) return Round{};
  SCALPER_TRY_ASSIGN(Target target, verify_found(gate, context.at_step(5), claimed, *found));
  return Round{done(std::move(target))};
}

// Beside the newer version of the same key: the name is in the record before the copy.
Result<Round> step_aside(Gate& gate, const CallContext& context, Claimed& claimed) {
  FileRecord next = claimed.record;
  next.target = beside_target(gate.settings, next);
  next.upload_id = UploadId{};
  SCALPER_TRY(write_owned(gate, context, claimed, std::move(next)));
  return Round{};
}

Result<Round> replace(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(Replaced replaced, replace_older(gate, context, claimed));
  switch (replaced.kind) {
    case Replaced::Kind::kDone: return Round{done(std::move(replaced.target))};
    case Replaced::Kind::kOlder:  // aside is in output as well: only what was to be there may go there
      if (is_own_name(gate, claimed.record)) return step_aside(gate, context, claimed);
      return Round{of_kind(Published::Kind::kConflict)};
    case Replaced::Kind::kForeign: return Round{of_kind(Published::Kind::kConflict)};
    case Replaced::Kind::kWithdrawn: break;
  }
  return Round{of_kind(Published::Kind::kWithdrawn)};
}

// Something is at the target key. Ours? Then it is done. At the file's own output key an older version may be replaced;
// any other target name carries the file id, so what lies there without our metadata is a stranger's.
Result<Round> meet_occupied(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(Round found, look(gate, context, claimed));
  if (found) return found;
  if (is_own_name(gate, claimed.record)) return replace(gate, context, claimed);
  const Target& target = *claimed.record.target;
  const auto current = gate.objects.head(context, {target.bucket, target.key, VersionId{}});
  if (current.failed_with(ErrorCode::kNotFound)) return Round{};
  if (!current.ok()) return current.error().within("looking at the target key");
  return Round{of_kind(Published::Kind::kConflict)};
}

// The copy says that there is nothing to copy. It may have happened already.
Result<Round> meet_missing_source(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(Round found, look(gate, context, claimed));
  if (found) return found;
  SCALPER_TRY(see_source_gone(gate, context, claimed.record));
  return Round{of_kind(Published::Kind::kWithdrawn)};
}

Result<Round> copy_once(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY(require_margin(gate, context, claimed));
  std::optional<Error> lost;
  const auto answer = gate.objects.copy(context, copy_request(gate, context, claimed, lost));
  if (answer.ok()) {
    SCALPER_TRY_ASSIGN(Target target, verify_copy(gate, context.at_step(5), claimed, *answer));
    return Round{done(std::move(target))};
  }
  if (lost) return lost->within("copying to the target");
  switch (answer.error().code()) {
    case ErrorCode::kAlreadyExists: return meet_occupied(gate, context, claimed);
    case ErrorCode::kNotFound:
    case ErrorCode::kPreconditionFailed: return meet_missing_source(gate, context, claimed);
    default: break;
  }
  if (is_ambiguous(answer.error().code())) return Round{};
  return answer.error().within("copying to the target");
}

// A store without a create-only copy has fenced replacements of nothing.
bool is_fenced(const Gate& gate, const FileRecord& record) {
  if (!record.upload_id.empty() || !gate.objects.capabilities().create_only_copy) return true;
  return gate.settings.publish_exact && record.target->bucket == gate.settings.output;
}

}  // namespace

Result<Published> publish(Gate& gate, const CallContext& context, Claimed& claimed) {
  if (stays_in_place(claimed.record)) return done(*claimed.record.target);
  bool certain_first = claimed.record.attempt == 1 && !claimed.resumed;
  for (int round = 0; round < kRounds; ++round) {
    Round answer;
    if (is_fenced(gate, claimed.record)) {
      SCALPER_TRY_ASSIGN(answer, replace(gate, context, claimed));
    } else {
      if (!certain_first) {
        SCALPER_TRY_ASSIGN(answer, look(gate, context, claimed));
      }
      certain_first = false;
      if (!answer) {
        SCALPER_TRY_ASSIGN(answer, copy_once(gate, context, claimed));
      }
    }
    if (answer) return *std::move(answer);
  }
  return Error(ErrorCode::kUnavailable, "copying to the target: no definite answer from the store");
}

}  // namespace scalper
