#include "api/handle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "api/bearer.h"
#include "api/idempotency.h"
#include "api/json_body.h"
#include "api/problem.h"
#include "api/request_trace.h"
#include "api/routes.h"
#include "base/escape.h"

namespace scalper::api {
namespace {

// Who may ask. An uploader sees single files, and of these only its own (files.cpp).
enum class Access : std::uint8_t { kOpen, kLook, kLookAtOne, kSend, kOperate };

struct Route {
  std::string_view method;
  std::string_view path;        // "{}" captures one segment
  std::string_view parameters;  // names, separated by spaces
  Access access;
  Reply (*answer)(const Call&);
  bool streams = false;  // its body may be any long
  bool rest = false;     // the "{}" at its end captures all segments that are left
  // Whether an answer may be kept for a repetition with the same Idempotency-Key: not one that holds a secret.
  bool keeps_answer = true;
  bool takes_long = false;  // it goes over all files, or asks somebody else
};

constexpr Access kAll = Access::kLook;
constexpr Access kOne = Access::kLookAtOne;
constexpr Access kSend = Access::kSend;
constexpr Access kOwner = Access::kOperate;

constexpr std::array kRoutes = {
    Route{"GET", "/v1/health", "", Access::kOpen, get_health},
    Route{"GET", "/v1/openapi.yaml", "", kOne, get_openapi},
    Route{"GET", "/v1/stats", "window buckets", kAll, get_stats},
    Route{"GET", "/v1/alarms", "", kAll, get_alarms},
    Route{"GET", "/metrics", "", kAll, get_metrics},
    Route{"GET", "/v1/events", "after prefix wait", kAll, get_events},
    Route{"GET", "/v1/files", "status prefix since until code limit cursor format", kAll, list_files},
    Route{"GET", "/v1/files/{}", "wait", kOne, get_file},
    Route{"GET", "/v1/files/{}/report", "", kOne, get_report},
    Route{"PUT", "/v1/files/{}", "", kSend, put_file, true, true},
    Route{"OPTIONS", "/v1/uploads", "", kSend, describe_uploads},
    Route{"POST", "/v1/uploads", "", kSend, create_upload, true, false, false},
    Route{"GET", "/v1/uploads/{}", "", kSend, get_upload},
    Route{"PATCH", "/v1/uploads/{}", "", kSend, patch_upload, true},
    Route{"DELETE", "/v1/uploads/{}", "", kSend, delete_upload},
    Route{"POST", "/v1/uploads/{}/parts", "", kSend, sign_parts, false, false, false},
    Route{"POST", "/v1/uploads/{}/complete", "", kSend, complete_parts},
    Route{"GET", "/v1/files/{}/content", "", kOne, get_content},
    Route{"GET", "/v1/audit", "limit cursor", kOwner, get_audit},
    Route{"GET", "/v1/queue", "", kOwner, get_queue},
    Route{"GET", "/v1/dead-letters", "limit", kOwner, get_dead_letters},
    Route{"GET", "/v1/contracts", "", kOwner, list_contracts},
    Route{"GET", "/v1/contracts/{}", "", kOwner, get_contract},
    Route{"POST", "/v1/check", "contract key as", kOwner, check_body},
    Route{"POST", "/v1/files/process", "", kOwner, process_by_hand},
    Route{"POST", "/v1/files/{}/release", "", kOwner, release_file},
    Route{"POST", "/v1/files/{}/reject", "", kOwner, reject_file},
    Route{"POST", "/v1/files/{}/rerun", "", kOwner, rerun_file},
    Route{"DELETE", "/v1/files/{}/intent", "", kOwner, withdraw_intent},
    Route{"POST", "/v1/review", "", kOwner, review_many, false, false, true, true},
    Route{"POST", "/v1/admin/sweep", "", kOwner, run_sweep, false, false, true, true},
    Route{"POST", "/v1/admin/backfill", "", kOwner, run_backfill, false, false, true, true},
    Route{"POST", "/v1/admin/audit", "", kOwner, run_audit, false, false, true, true},
    Route{"POST", "/v1/admin/redrive", "", kOwner, run_redrive, false, false, true, true},
    Route{"POST", "/v1/admin/pause", "", kOwner, pause_gate},
    Route{"POST", "/v1/admin/resume", "", kOwner, resume_gate},
    Route{"GET", "/v1/admin/tokens", "", kOwner, list_tokens},
    Route{"POST", "/v1/admin/tokens", "", kOwner, add_token, false, false, false},
    Route{"DELETE", "/v1/admin/tokens/{}", "", kOwner, revoke_token},
    Route{"GET", "/v1/webhooks", "", kOwner, list_webhooks},
    Route{"POST", "/v1/webhooks", "", kOwner, add_webhook, false, false, false},
    Route{"DELETE", "/v1/webhooks/{}", "", kOwner, remove_webhook},
    Route{"POST", "/v1/webhooks/{}/rotate", "", kOwner, rotate_webhook, false, false, false},
    Route{"POST", "/v1/webhooks/{}/test", "", kOwner, test_webhook, false, false, true, true},
    Route{"POST", "/v1/webhooks/{}/redeliver", "", kOwner, redeliver_webhook, false, false, true, true},
    Route{"POST", "/v1/contracts/lint", "", kOwner, lint_contracts},
    Route{"POST", "/v1/contracts/publish", "", kOwner, publish_contracts, false, false, true, true},
    Route{"POST", "/v1/contracts/try", "", kOwner, try_contracts, false, false, true, true},
};

// Splits at `mark`; calls `each` with every part.
template <class Each>
void split(std::string_view text, char mark, Each each) {
  while (!text.empty()) {
    const std::size_t end = text.find(mark);
    each(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

// For every route of every request: nothing is made of the many that differ early.
std::optional<std::vector<std::string>> matched(const Route& route, const std::vector<std::string>& segments) {
  std::vector<std::string> captured;
  std::size_t at = 0;
  for (std::string_view path = route.path; !path.empty(); ++at) {
    path.remove_prefix(1);
    const std::string_view wanted = path.substr(0, path.find('/'));
    path.remove_prefix(wanted.size());
    if (at == segments.size()) return std::nullopt;
    if (wanted == "{}") {
      captured.push_back(segments[at]);
    } else if (wanted != segments[at]) {
      return std::nullopt;
    }
  }
  while (route.rest && at < segments.size()) captured.back() += "/" + segments[at++];
  if (at != segments.size()) return std::nullopt;
  return captured;
}

// Of paths that match, the one that captures least is meant: /v1/files/process is no /v1/files/{}.
std::size_t fewest_captures(const std::vector<std::string>& segments) {
  std::size_t fewest = SIZE_MAX;
  for (const Route& route : kRoutes)
    if (const auto captured = matched(route, segments)) fewest = std::min(fewest, captured->size());
  return fewest;
}

bool knows(std::string_view names, std::string_view name) {
  bool found = false;
  split(names, ' ', [&](std::string_view known) { found = found || known == name; });
  return found;
}

bool may(Role role, Access access) {
  switch (access) {
    case Access::kOpen: return true;
    case Access::kLook: return role == Role::kViewer || role == Role::kOperator;
    case Access::kLookAtOne: return role != Role::kNone;
    case Access::kSend: return role == Role::kUploader || role == Role::kOperator;
    case Access::kOperate: return role == Role::kOperator;
  }
  return false;
}

Reply method_not_allowed(const std::string& allowed) {
  Reply reply = problem(405, "method_not_allowed", "this path answers to " + allowed);
  std::get<Complete>(reply).headers.emplace_back("Allow", allowed);
  return reply;
}

}  // namespace

std::vector<RouteLine> route_table() {
  std::vector<RouteLine> table;
  for (const Route& route : kRoutes) {
    std::vector<Role> roles;
    for (const Role role : {Role::kNone, Role::kViewer, Role::kUploader, Role::kOperator})
      if (may(role, route.access)) roles.push_back(role);
    table.push_back({route.method, route.path, route.parameters, std::move(roles)});
  }
  return table;
}

std::size_t largest_body(Role role) { return role == Role::kOperator ? kMaxContractsBody : kMaxBody; }

namespace {

template <class Is>
bool leads_to(const RequestHead& head, Is is) {
  if (head.target.size() > kMaxTarget) return false;
  const auto target = parse_target(head.target);
  return target.ok() && std::ranges::any_of(kRoutes, [&](const Route& route) {
           return is(route) && route.method == head.method && matched(route, (*target).segments);
         });
}

}  // namespace

bool reads_stream(const RequestHead& head) {
  return leads_to(head, [](const Route& route) { return route.streams; });
}

bool takes_long(const RequestHead& head) {
  return leads_to(head, [](const Route& route) { return route.takes_long; });
}

namespace {

// `route_path` becomes the path of the table that the target leads to; it stays as it is where there is none.
Reply answer(Service& service, const RequestHead& head, ByteSource& body, const CallContext& context,
             const TraceContext& trace, std::string_view& route_path) {
  if (head.target.size() > kMaxTarget) return problem(414, "target_too_long", "the target is longer than 8,192 bytes");
  // First of all: whom nobody knows is not told which paths there are either.
  if (head.role == Role::kNone && head.target != "/v1/health") return not_known(false);
  const auto target = parse_target(head.target);
  if (!target.ok()) return problem(400, "bad_target", target.error().message());
  std::string allowed;
  const std::size_t fewest = fewest_captures((*target).segments);
  for (const Route& route : kRoutes) {
    const auto captured = matched(route, (*target).segments);
    if (!captured || captured->size() != fewest) continue;
    route_path = route.path;
    if (route.method != head.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
      continue;
    }
    if (!may(head.role, route.access)) return problem(403, "not_open", service.operators);
    for (const auto& [name, value] : (*target).parameters)
      if (!knows(route.parameters, name))
        return problem(400, "unknown_parameter", "this path has no parameter \"" + escape_text(name) + "\"");
    const auto answer = [&](ByteSource& bytes) {
      return route.answer(Call{service, head, (*target).parameters, *captured, bytes, context, trace});
    };
    if (route.method != "POST" || !has_idempotency_key(head)) return answer(body);
    if (!route.keeps_answer)
      return problem(400, "bad_idempotency_key", "this path takes no Idempotency-Key: its answers are not kept");
    return answered_once(service, head, body, context, largest_body(head.role), answer);
  }
  if (!allowed.empty()) return method_not_allowed(allowed);
  return problem(404, "no_such_path", "there is nothing at this path");
}

}  // namespace

int status_of(const Reply& reply) {
  if (const auto* const complete = std::get_if<Complete>(&reply)) return complete->status;
  if (const auto* const stream = std::get_if<Stream>(&reply)) return stream->status;
  return std::holds_alternative<Redirect>(reply) ? 302 : 200;
}

Reply handle(Service& service, const RequestHead& head, ByteSource& body, const CallContext& context) {
  const MonoTime begin = service.on_request ? service.gate.clock.mono_now() : MonoTime{};
  const TraceContext trace = trace_of(head, context.correlation_id, service.gate.new_owner);
  std::string_view route = "other";
  Reply reply = answer(service, head, body, context, trace, route);
  add_traceresponse(reply, trace);
  if (!service.on_request || std::holds_alternative<WaitFor>(reply)) return reply;
  service.on_request({.method = head.method,
                      .route = route,
                      .status = status_of(reply),
                      .took = service.gate.clock.mono_now() - begin,
                      .role = head.role,
                      .caller = head.caller,
                      .request_id = context.correlation_id,
                      .trace = trace});
  return reply;
}

}  // namespace scalper::api
