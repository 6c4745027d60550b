#include "pipeline/upload.h"

#include <memory>
#include <utility>

#include "model/file_id.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/drain.h"
#include "pipeline/ingest/arriving_file.h"
#include "pipeline/ingest/claim.h"
#include "pipeline/ingest/enqueue.h"
#include "pipeline/pause.h"
#include "pipeline/process_object.h"

namespace scalper {
namespace {

void complain(Gate& gate, const FileId& id, const Error& error) {
  gate.telemetry.log({LogLevel::kWarning, "upload_waits", {{"file_id", id.value()}, {"error", error.message()}}});
}

// The file is accepted: what cannot be said of it now, the sweep does.
void tell_later(Gate& gate, const CallContext& context, const ObjectEvent& event, Millis delay) {
  const auto sent = gate.queue.send(context, format_message(event), delay);
  if (!sent.ok()) complain(gate, file_id(event.ref), sent.error());
}

// The verdict counts for the claim if no other set of contracts was published meanwhile, and the store has what we saw.
std::optional<Judgement> judgement_for(Gate& gate, const CallContext& context, const Claimed& claimed,
                                       const ArrivingFile& file, Verdict verdict, const ObjectInfo& info) {
  if (claimed.contracts != file.contracts() || claimed.record.epoch > 0 || claimed.record.attempt > 1 ||
      claimed.record.decision)
    return std::nullopt;
  const auto same = check_transfer(verdict, info);
  if (!same.ok()) {  // the version is read again, and that says what is wrong
    complain(gate, claimed.record.id, same.error());
    return std::nullopt;
  }
  auto seal = gate.objects.seal(context.at_step(2), claimed.record.source);
  if (!seal.ok()) return std::nullopt;
  Judgement judgement;
  judgement.verdict = std::move(verdict);
  judgement.info = info;
  judgement.seal = *std::move(seal);
  return judgement;
}

Result<Outcome> work_on(Gate& gate, const CallContext& context, const ObjectEvent& event, ArrivingFile& file,
                        const ObjectInfo& info) {
  SCALPER_TRY_ASSIGN(auto verdict, file.finish());
  if (!verdict) return process_object(gate, context, event);
  SCALPER_TRY_ASSIGN(Claim claim, claim_object(gate, context.at_step(1), event));
  auto* const claimed = std::get_if<Claimed>(&claim);
  if (claimed == nullptr) return continue_claim(gate, context, std::move(claim));
  auto judgement = judgement_for(gate, context, *claimed, file, *std::move(verdict), info);
  return carry_out(gate, context, std::move(*claimed), std::move(judgement));
}

Received received(Gate& gate, const CallContext& context, const ObjectInfo& info) {
  Received answer;
  answer.id = file_id(info.ref);
  answer.size = info.size;
  auto record = gate.records.get(context, answer.id);
  if (record.ok() && *record) answer.record = **std::move(record);
  return answer;
}

Result<void> check_absent_in_output(Gate& gate, const CallContext& context, const Upload& upload) {
  if (!upload.create_only) return {};
  const auto there = gate.objects.head(context, {gate.settings.output, upload.key, VersionId{}});
  if (there.ok()) return Error(ErrorCode::kAlreadyExists, "a file of this key is in output");
  if (there.failed_with(ErrorCode::kNotFound)) return {};
  return there.error().within("looking for a file of this key");
}

// The same once the version is there, and withdrawn if it came second: who was published while its bytes came had left
// the input before they were all there, so that the store saw nobody. Nobody has been told of it.
Result<void> stay_only_if_first(Gate& gate, const CallContext& context, const Upload& upload, const ObjectRef& ref) {
  auto first = check_absent_in_output(gate, context, upload);
  if (first.ok()) return {};
  const auto seal = gate.objects.seal(context, ref);
  const auto gone = seal.ok() ? gate.objects.remove_version(context, ref, *seal) : Result<void>(seal.error());
  if (gone.ok()) return first;
  // It stays, or somebody works on it already, so that the file in output may be this very one: it is accepted.
  complain(gate, file_id(ref), gone.error());
  return {};
}

}  // namespace

Result<Received> receive_upload(Gate& gate, const CallContext& context, const Upload& upload, ByteSource& body) {
  SCALPER_TRY(check_absent_in_output(gate, context, upload));
  const bool tells = gate.settings.input_tells;
  const auto paused = gate.pause.is_paused(gate, context);  // stops claiming, never accepting
  std::unique_ptr<ArrivingFile> file;
  if (!tells && paused.ok() && !*paused) {
    if (auto contracts = gate.contracts.snapshot(context); contracts.ok()) {
      SCALPER_TRY_ASSIGN(file, ArrivingFile::begin(gate, context, upload, body, *std::move(contracts)));
    }
  }
  ByteSource& from = file ? static_cast<ByteSource&>(*file) : body;
  SCALPER_TRY_ASSIGN(const ObjectInfo info, gate.objects.put(context, gate.settings.input, upload.key, from,
                                                             upload.metadata, upload.content_type, upload.create_only));
  const CallContext accepted = context.to_the_end();
  SCALPER_TRY(stay_only_if_first(gate, accepted, upload, info.ref));
  if (tells) return received(gate, accepted, info);
  if (!file) return receive_version(gate, accepted, info);
  const ObjectEvent event = event_of(info);
  const auto outcome = work_on(gate, accepted, event, *file, info);
  if (!outcome.ok()) {
    complain(gate, file_id(event.ref), outcome.error());
    tell_later(gate, accepted, event, Millis{0});
  } else if (!outcome->acknowledge) {
    tell_later(gate, accepted, event, outcome->come_again);
  }
  return received(gate, accepted, info);
}

Received receive_version(Gate& gate, const CallContext& context, const ObjectInfo& info) {
  const auto announced = announce_version(gate, context, event_of(info), FileStatus::kReceived);
  if (!announced.ok()) complain(gate, file_id(info.ref), announced.error());
  return received(gate, context, info);
}

}  // namespace scalper
