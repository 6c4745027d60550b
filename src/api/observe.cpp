// Health, queue, metrics, and what the API is.

#include <boost/json.hpp>

#include "api/answers.h"
#include "api/openapi_document.h"
#include "api/queue_view.h"
#include "api/routes.h"
#include "base/escape.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/pause.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxLetters = 100;
constexpr const char* kYaml = "application/yaml";  // RFC 9512
constexpr const char* kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

// Adds what one part says of itself; `worst` falls to 503 where nothing can be done without it.
struct Health {
  json::object checks;
  bool fails = false;
  bool complains = false;

  void add(const char* name, const Result<void>& state, bool needed) {
    checks[name] = state.ok() ? std::string("ok") : state.error().message();
    if (state.ok()) return;
    (needed ? fails : complains) = true;
  }
};

Result<void> contracts_state(const Call& call) {
  const auto snapshot = call.gate().contracts.snapshot(call.context);
  if (!snapshot.ok()) return snapshot.error();
  return {};
}

Result<Reply> health(const Call& call) {
  Gate& gate = call.gate();
  Health health;
  health.add("contracts", contracts_state(call), true);
  const auto paused = gate.pause.is_paused(gate, call.context);
  health.add("records", paused.ok() ? Result<void>() : Result<void>(paused.error()), true);
  const auto depth = gate.queue.depth(call.context);
  health.add("queue", depth.ok() ? Result<void>() : Result<void>(depth.error()), true);
  // The last good set stays in use: said, and no failure.
  std::string complaint = gate.contracts.complaint();
  if (complaint.empty() && call.service.contracts_refused) complaint = call.service.contracts_refused();
  if (!complaint.empty() && !health.fails)
    health.add("contracts", Error(ErrorCode::kInvalidArgument, "an older set is in use: " + complaint), false);
  json::object body{{"status", health.fails       ? "failing"
                               : health.complains ? "degraded"
                                                  : "ok"},
                    {"version", call.service.version},
                    {"pipeline", gate.settings.pipeline},
                    {"paused", paused.ok() && *paused},
                    {"time", format_rfc3339(gate.clock.wall_now())}};
  if (depth.ok()) body["queue"] = depth_view(*depth);
  if (call.head.role != Role::kNone)
    body["checks"] = std::move(health.checks);  // errors name buckets, tables and accounts
  return json_reply(json::serialize(body), health.fails ? 503 : 200);
}

Result<Reply> queue(const Call& call) {
  SCALPER_TRY_ASSIGN(const QueueDepth depth, call.gate().queue.depth(call.context));
  return json_reply(json::serialize(depth_view(depth)));
}

Result<Reply> dead_letters(const Call& call) {
  SCALPER_TRY_ASSIGN(const std::uint64_t limit, number_parameter(call, "limit", kMaxLetters, 1, 1000));
  SCALPER_TRY_ASSIGN(const auto letters, call.gate().queue.dead_letters(call.context, limit));
  json::array list;
  for (const DeadLetter& letter : letters) {
    json::object view{{"message_id", escape_text(letter.message_id)},
                      {"body", is_valid_utf8(letter.body) ? letter.body : escape_text(letter.body, 4096)},
                      {"receive_count", letter.receive_count}};
    if (letter.died_at) view["died_at"] = format_rfc3339(*letter.died_at);
    list.push_back(std::move(view));
  }
  return json_reply(json::serialize(json::object{{"dead_letters", std::move(list)}}));
}

}  // namespace

Reply get_health(const Call& call) { return reply_of(health(call)); }
Reply get_queue(const Call& call) { return reply_of(queue(call)); }
Reply get_dead_letters(const Call& call) { return reply_of(dead_letters(call)); }

Reply get_openapi(const Call&) {
  Complete reply;
  reply.content_type = kYaml;
  reply.body = openapi_document();
  return reply;
}

Reply get_metrics(const Call& call) {
  if (!call.service.metrics) return problem(404, "no_such_path", "this host exports its metrics elsewhere");
  Complete reply;
  reply.content_type = kPrometheus;
  reply.body = call.service.metrics();
  return reply;
}

}  // namespace scalper::api
