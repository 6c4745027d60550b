#include "pipeline/record/decide.h"

#include <utility>

#include "model/verdict_json.h"
#include "pipeline/epoch.h"
#include "pipeline/sent_trace.h"
#include "ports/memory_source.h"

namespace scalper {
namespace {

constexpr const char* kReportType = "application/json";

// The report is not a target and decides nothing; it only has to be there before the record points at it.
Result<void> write_report(Gate& gate, const CallContext& context, const FileRecord& record, const Verdict& verdict) {
  const std::string text = verdict_to_json(verdict);
  MemorySource body(as_bytes(text));
  const auto written =
      gate.objects.put(context, gate.settings.quarantine, report_key(record), body, {}, kReportType, false);
  if (!written.ok()) return written.error().within("writing the report");
  return {};
}

}  // namespace

ObjectKey report_key(const FileRecord& record) {
  std::string name = "reports/" + record.id.value() + "/";
  if (record.epoch > 0) name += std::to_string(record.epoch) + ".";
  return ObjectKey{name + std::to_string(record.attempt)};
}

Result<void> decide(Gate& gate, const CallContext& context, Claimed& claimed, Judgement judgement, Target target) {
  Decision decision;
  decision.has_report = judgement.verdict.findings.size() > kRecordFindings;
  if (decision.has_report) SCALPER_TRY(write_report(gate, context, claimed.record, judgement.verdict));
  decision.verdict = std::move(judgement.verdict);
  if (decision.has_report) decision.verdict.findings.resize(kRecordFindings);
  decision.seal = std::move(judgement.seal);
  decision.companions = std::move(judgement.companions);
  decision.at = gate.clock.wall_now();

  FileRecord next = claimed.record;
  if (next.epoch == 0) {
    next.size = judgement.info.size;
    next.source_time = judgement.info.last_modified;
    if (next.traceparent.empty()) next.traceparent = traceparent_of(judgement.info.metadata);
  }
  next.source_etag = judgement.info.etag;
  next.decision = std::move(decision);
  next.target = std::move(target);
  next.parsing = false;
  next.last_error.clear();
  // Where the copy is a rename, the source is no mark of unfinished work any more once it is at its target.
  if (gate.objects.capabilities().copy_consumes_source) next.open = true;
  return write_decision(gate, context, claimed, std::move(next));
}

Result<void> withdraw_decision(Gate& gate, const CallContext& context, Claimed& claimed) {
  FileRecord next = claimed.record;
  if (next.target && !next.upload_id.empty())  // its fence belongs to the target that goes
    SCALPER_TRY(gate.objects.abort_replace(context, next.target->bucket, next.target->key, next.upload_id));
  next.upload_id = UploadId{};
  next.decision.reset();
  next.target.reset();
  next.parsing = will_parse(gate.settings, next);
  SCALPER_TRY(write_owned(gate, context, claimed, std::move(next)));
  claimed.resumed = false;
  return {};
}

}  // namespace scalper
