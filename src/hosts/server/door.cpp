#include "hosts/server/door.h"

#include <utility>

#include "base/escape.h"
#include "hosts/environment.h"

namespace scalper::server {
namespace {

Error bad(std::string why) { return {ErrorCode::kInvalidArgument, std::move(why)}; }

Result<void> check_exposure(const DoorOptions& door, const ListenAddress& address) {
  const bool guarded = !door.tls_cert.empty() || !door.trusted_proxies.empty() || door.plain_http;
  if (guarded || !is_reached_by_others(address)) return {};
  return Error(
      ErrorCode::kPermissionDenied,
      "others reach " + address.host +
          ": give --tls-cert and --tls-key, or --trusted-proxy with the address of a proxy that speaks TLS, or "
          "--plain-http if tokens may cross this network in the clear");
}

Result<AdmissionRules> rules_of(const DoorOptions& door) {
  AdmissionRules rules;
  rules.require_token = door.require_token;
  rules.plain_http = door.plain_http;
  rules.tls = !door.tls_cert.empty();
  for (const std::string& range : door.trusted_proxies) {
    SCALPER_TRY_ASSIGN(const auto some, parse_ranges(range));
    rules.trusted_proxies.insert(rules.trusted_proxies.end(), some.begin(), some.end());
  }
  for (const std::string& origin : door.cors_origins) {
    if (!is_origin(origin))
      return bad("--cors-origin: \"" + escape_text(origin, 100) + "\" is no origin; write https://gate.example");
    rules.cors_origins.push_back(origin);
  }
  return rules;
}

}  // namespace

Result<void> check_door(const DoorOptions& door, const ListenAddress& address) {
  if (door.tls_cert.empty() != door.tls_key.empty()) return bad("--tls-cert and --tls-key go together");
  SCALPER_TRY(check_exposure(door, address));
  SCALPER_TRY(rules_of(door));
  if (!door.tls_cert.empty()) SCALPER_TRY(TlsContext::load(door.tls_cert, door.tls_key));
  return {};
}

Result<void> hang_door(const DoorOptions& door, const ListenAddress& address, Tokens& tokens, Gate& gate,
                       ServerOptions& options) {
  SCALPER_TRY(check_door(door, address));
  SCALPER_TRY_ASSIGN(options.rules, rules_of(door));
  options.client_limits.requests_per_second = door.requests_per_second;
  options.client_limits.request_burst = 4 * door.requests_per_second;
  if (options.rules.tls) {
    options.tls = std::make_shared<TlsFiles>(door.tls_cert, door.tls_key, [&gate](const Error& error) {
      gate.telemetry.log({LogLevel::kWarning, "certificate_refused", {{"error", error.message()}}});
    });
    SCALPER_TRY(options.tls->load());
  }
  options.find_caller = [&tokens, &gate](const std::string& token, const CallContext& context) {
    return api::find_caller(tokens, context, token, gate.clock.wall_now());
  };
  options.on_guessing = [&gate](const std::string& client) {
    gate.telemetry.log({LogLevel::kWarning, "tokens_guessed", {{"client", client}}});
  };
  return {};
}

Result<std::string> first_token(Tokens& tokens, Clock& clock) {
  SCALPER_TRY_ASSIGN(const auto all, tokens.list(CallContext{}));
  if (!all.empty()) return std::string();
  if (!environment("NOTIFY_SOCKET").empty()) return std::string();
  SCALPER_TRY_ASSIGN(const std::string text, new_token_text());
  AccessToken token;
  token.hash = token_hash(text);
  token.name = "first";
  token.role = Role::kOperator;
  token.created = clock.wall_now();
  SCALPER_TRY(tokens.add(CallContext{}, token));
  return "first access token, an operator's, shown this once: " + text;
}

}  // namespace scalper::server
