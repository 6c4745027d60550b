#include "pipeline/report/announce.h"

#include "base/trace_context.h"
#include "model/telemetry_names.h"
#include "pipeline/finding_codes.h"

namespace scalper {
namespace {

std::string_view counter_of(FileStatus status) {
  switch (status) {
    case FileStatus::kValid: return names::kFilesValid;
    case FileStatus::kInvalid: return names::kFilesInvalid;
    case FileStatus::kUnverifiable: return names::kFilesUnverifiable;
    case FileStatus::kFailed: return names::kFilesFailed;
    default: return {};
  }
}

}  // namespace

Result<void> announce(Gate& gate, const CallContext& context, const FileRecord& record) {
  const auto told = gate.notices.publish(context, {notice_id(record), record});
  if (!told.ok()) return told.error().within("telling the verdict");
  return {};
}

void report_final(Gate& gate, const CallContext& context, const FileRecord& record, Millis duration) {
  const std::string contract = record.decision ? record.decision->verdict.contract.name : "";
  gate.telemetry.observe(names::kProcessDuration, static_cast<double>(duration.count()), contract);
  if (record.epoch == 0) {  // a review, days later, is neither a new file nor a slow one
    if (const auto counter = counter_of(record.status); !counter.empty()) gate.telemetry.count(counter, 1, contract);
    gate.telemetry.count(names::kBytesValidated, static_cast<double>(record.size), contract);
    const Millis since_arrival = gate.clock.wall_now() - record.received_at;
    gate.telemetry.observe(names::kArrivalToVerdict, static_cast<double>(since_arrival.count()), contract);
  }
  LogEvent line{LogLevel::kInfo, "file_final", {}};
  line.fields = {{"file_id", record.id.value()},
                 {"bucket", record.origin.bucket.value()},
                 {"key", record.origin.key.value()},
                 {"version_id", record.origin.version.value()},
                 {"status", std::string(to_string(record.status))}};
  if (record.decision) line.fields.emplace_back("verdict", std::string(to_string(record.decision->verdict.kind)));
  line.fields.emplace_back("codes", finding_codes(record));
  line.fields.emplace_back("duration_ms", static_cast<std::int64_t>(duration.count()));
  line.fields.emplace_back("bytes", static_cast<std::int64_t>(record.size));
  line.fields.emplace_back("attempt", static_cast<std::int64_t>(record.attempt));
  line.fields.emplace_back("correlation_id", context.correlation_id);
  if (const auto trace = trace_id_of(record.traceparent); !trace.empty())
    line.fields.emplace_back("trace_id", std::string(trace));
  gate.telemetry.log(line);
}

}  // namespace scalper
