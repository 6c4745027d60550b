// Who asks: decided before a request's body is read.

#include "api/bearer.h"
#include "api/problem.h"
#include "hosts/server/request_form.h"
#include "hosts/server/server_state.h"

namespace scalper::server {
namespace {

constexpr std::string_view kOpenPath = "/v1/health";

api::Reply too_many(const char* code, const char* why, unsigned after) {
  api::Reply reply = code == std::string_view("too_many_tokens") ? api::problem(429, "too_many_tokens", why)
                                                                 : api::problem(429, "too_many_requests", why);
  std::get<api::Complete>(reply).headers.emplace_back("Retry-After", std::to_string(after));
  return reply;
}

}  // namespace

// The headers of draft-ietf-httpapi-ratelimit-headers; nothing for callers on this machine.
std::optional<api::Reply> Server::State::refuse_rate(Connection& connection, const IpAddress& client) {
  const auto taken = client_limits.take(client, clock.mono_now());
  if (!taken) return std::nullopt;
  connection.headers.emplace_back("RateLimit-Policy", "\"client\";q=" + std::to_string(client_limits.burst()) +
                                                          ";w=" + std::to_string(client_limits.window()));
  connection.headers.emplace_back("RateLimit",
                                  "\"client\";r=" + std::to_string(taken->left) + ";t=" + std::to_string(taken->after));
  if (taken->allowed) return std::nullopt;
  return too_many("too_many_requests", "more requests than one client may send", std::max(1U, taken->after));
}

// Held back, longer with each in a row: whoever guesses waits.
net::awaitable<api::Reply> Server::State::refuse_credential(IpAddress client) {
  const auto failed = client_limits.token_failed(client, clock.mono_now());
  if (failed.is_last && options.on_guessing) options.on_guessing(client.text());
  net::steady_timer timer(io, failed.delay);
  std::stop_callback end(stopping.get_token(), [&timer] { timer.cancel(); });
  co_await timer.async_wait(kTuple);
  co_return api::not_known(true);
}

net::awaitable<std::optional<api::Reply>> Server::State::know_token(const Admission& admission, api::RequestHead& head,
                                                                    const std::string& request_id) {
  const unsigned after = client_limits.may_show_token(admission.client, clock.mono_now());
  if (after > 0) co_return too_many("too_many_tokens", "too many credentials that are none; wait", after);
  if (admission.has_bad_credential || !options.find_caller) co_return co_await refuse_credential(admission.client);
  const CallContext context = context_for(api::Role::kViewer, request_id);
  const auto found =
      *co_await blocking(pool, [&] { return std::optional(options.find_caller(admission.token, context)); });
  if (!found.ok()) co_return api::problem_of(found.error());
  if (!*found) co_return co_await refuse_credential(admission.client);
  client_limits.token_worked(admission.client, clock.mono_now());
  head.role = (**found).role;
  head.caller = (**found).name;
  head.prefixes = (**found).prefixes;
  co_return std::nullopt;
}

net::awaitable<std::optional<api::Reply>> Server::State::admit(Connection& connection,
                                                               const http::request_header<>& fields,
                                                               api::RequestHead& head, const std::string& request_id) {
  connection.headers.clear();
  if (auto refused = refuse_form(fields)) co_return refused;
  if (!connection.peer) {  // the Unix socket, whose mode has kept others out
    head.role = api::Role::kOperator;
    head.caller = connection.caller;
    co_return std::nullopt;
  }
  Admission admission = judge(options.rules, *connection.peer, head, fields.count(http::field::host), tcp_port);
  connection.headers = std::move(admission.headers);
  if (!admission.is_local)
    if (auto refused = refuse_rate(connection, admission.client)) co_return refused;
  if (admission.refused) co_return std::move(admission.refused);
  if (admission.has_bad_credential || !admission.token.empty())
    co_return co_await know_token(admission, head, request_id);
  head.role = admission.caller.role;
  head.caller = std::move(admission.caller.name);
  if (head.role == api::Role::kNone && head.target != kOpenPath) co_return api::not_known(false);
  co_return std::nullopt;
}

}  // namespace scalper::server
