// Sweep, backfill, audit, redrive, pause, and files processed by hand.

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "model/file_id.h"
#include "model/work_message.h"
#include "pipeline/audit.h"
#include "pipeline/pause.h"
#include "pipeline/sweep.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kRedriveAtOnce = 1000;

Result<Reply> by_hand(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"key", "version"}));
  SCALPER_TRY_ASSIGN(const std::string key, text_member(body, "key"));
  SCALPER_TRY_ASSIGN(const std::string version, text_member(body, "version"));
  if (key.empty() || key.size() > kMaxKeyBytes)
    return Error(ErrorCode::kInvalidArgument, "the member \"key\" must have 1 to 1,024 bytes");
  Gate& gate = call.gate();
  SCALPER_TRY_ASSIGN(const ObjectInfo info,
                     gate.objects.head(call.context, {gate.settings.input, ObjectKey{key}, VersionId{version}}));
  ObjectEvent event;
  event.ref = info.ref;
  event.size = info.size;
  event.time = info.last_modified;
  event.traceparent = format_traceparent(call.trace);
  const std::string id = file_id(info.ref).value();
  return audited(call, {"file.process", id, {}}, [&]() -> Result<Reply> {
    SCALPER_TRY(gate.queue.send(call.context, format_message(event), Millis{0}));
    return json_reply(json::serialize(json::object{{"id", id}}), 202);
  });
}

Result<Reply> sweep_now(const Call& call) {
  SCALPER_TRY_ASSIGN(const SweepReport report, sweep(call.gate(), call.context));
  return json_reply(json::serialize(json::object{{"listed", report.listed},
                                                 {"announced", report.announced},
                                                 {"requeued", report.requeued},
                                                 {"finished", report.finished},
                                                 {"withdrawn", report.withdrawn},
                                                 {"reopened", report.reopened},
                                                 {"complete", report.complete}}));
}

Result<Reply> swept(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {}));
  return audited(call, {"gate.sweep", {}, {}}, [&] { return sweep_now(call); });
}

Result<Reply> backfill_now(const Call& call, const std::string& prefix, bool dry_run) {
  SCALPER_TRY_ASSIGN(const BackfillReport report, backfill(call.gate(), call.context, prefix, dry_run));
  return json_reply(json::serialize(
      json::object{{"listed", report.listed}, {"taken", report.taken}, {"known", report.known}, {"dry_run", dry_run}}));
}

Result<Reply> backfilled(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"prefix", "dry_run"}));
  SCALPER_TRY_ASSIGN(const std::string prefix, text_member(body, "prefix"));
  SCALPER_TRY_ASSIGN(const bool dry_run, flag_member(body, "dry_run"));
  if (dry_run) return backfill_now(call, prefix, true);
  return audited(call, {"gate.backfill", prefix, {}}, [&] { return backfill_now(call, prefix, false); });
}

json::object stray_view(const AuditStray& stray) {
  json::object view{{"kind", to_string(stray.kind)},
                    {"bucket", stray.ref.bucket.value()},
                    {"key", clean(stray.ref.key.value())},
                    {"version", clean(stray.ref.version.value())}};
  if (!stray.id.empty()) view["id"] = stray.id.value();
  return view;
}

Result<Reply> compare_now(const Call& call, bool rebuild) {
  SCALPER_TRY_ASSIGN(const AuditReport report, audit(call.gate(), call.context, rebuild));
  json::array strays;
  for (const AuditStray& stray : report.strays) strays.push_back(stray_view(stray));
  return json_reply(json::serialize(json::object{{"versions", report.versions},
                                                 {"records", report.records},
                                                 {"rebuilt", report.rebuilt},
                                                 {"strays_total", report.strays_total},
                                                 {"strays", std::move(strays)}}));
}

Result<Reply> compared(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"rebuild"}));
  SCALPER_TRY_ASSIGN(const bool rebuild, flag_member(body, "rebuild"));
  if (!rebuild) return compare_now(call, false);
  return audited(call, {"gate.rebuild", {}, {}}, [&] { return compare_now(call, true); });
}

Result<Reply> redriven(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"limit"}));
  SCALPER_TRY_ASSIGN(const std::uint64_t limit, count_member(body, "limit", kRedriveAtOnce));
  if (limit < 1 || limit > kRedriveAtOnce)
    return Error(ErrorCode::kInvalidArgument, "the member \"limit\" must be from 1 to 1,000");
  return audited(call, {"queue.redrive", {}, {}}, [&]() -> Result<Reply> {
    SCALPER_TRY_ASSIGN(const std::size_t redriven, call.gate().queue.redrive(call.context, limit));
    return json_reply(json::serialize(json::object{{"redriven", redriven}}));
  });
}

Result<Reply> paused(const Call& call, bool pause) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"note"}));
  SCALPER_TRY_ASSIGN(const std::string note, text_member(body, "note"));
  return audited(call, {pause ? "gate.pause" : "gate.resume", {}, note}, [&]() -> Result<Reply> {
    SCALPER_TRY(call.gate().pause.set(call.gate(), call.context, pause, call.head.caller, note));
    return json_reply(json::serialize(json::object{{"paused", pause}}));
  });
}

}  // namespace

Reply process_by_hand(const Call& call) { return reply_of(by_hand(call)); }
Reply run_sweep(const Call& call) { return reply_of(swept(call)); }
Reply run_backfill(const Call& call) { return reply_of(backfilled(call)); }
Reply run_audit(const Call& call) { return reply_of(compared(call)); }
Reply run_redrive(const Call& call) { return reply_of(redriven(call)); }
Reply pause_gate(const Call& call) { return reply_of(paused(call, true)); }
Reply resume_gate(const Call& call) { return reply_of(paused(call, false)); }

}  // namespace scalper::api
