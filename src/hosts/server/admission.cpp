#include "hosts/server/admission.h"

#include <algorithm>

#include "api/problem.h"
#include "hosts/server/listen_address.h"

namespace scalper::server {
namespace {

constexpr const char* kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr const char* kAsked =
    "authorization, content-type, content-digest, repr-digest, want-repr-digest, idempotency-key, if-match, "
    "if-none-match, "
    "last-event-id, traceparent, tus-resumable, upload-checksum, upload-length, upload-metadata, upload-offset, "
    "x-request-id";
constexpr const char* kShown =
    "content-digest, etag, location, ratelimit, ratelimit-policy, repr-digest, retry-after, tus-resumable, "
    "upload-expires, "
    "upload-length, upload-offset, traceresponse, www-authenticate, x-request-id";
constexpr const char* kPreflightAge = "600";

bool is_allowed_origin(const AdmissionRules& rules, std::string_view origin) {
  return std::find(rules.cors_origins.begin(), rules.cors_origins.end(), origin) != rules.cors_origins.end();
}

// A page that this gate served itself, under a name of this machine.
bool is_own_origin(const AdmissionRules& rules, std::string_view origin, std::uint16_t port) {
  const std::string_view scheme = rules.tls ? "https://" : "http://";
  return origin.starts_with(scheme) && is_own_host(origin.substr(scheme.size()), port);
}

// Sent by a page of somebody else, as far as browsers tell: Origin (RFC 6454), Sec-Fetch-Site (W3C Fetch Metadata).
bool is_from_elsewhere(const AdmissionRules& rules, const api::RequestHead& head, std::uint16_t port) {
  const std::string_view site = head.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  return head.headers.contains("origin") && !is_own_origin(rules, head.header("origin"), port);
}

void add_cors(const AdmissionRules& rules, const api::RequestHead& head, Admission& admission) {
  if (rules.cors_origins.empty()) return;
  admission.headers.emplace_back("Vary", "Origin");
  const std::string_view origin = head.header("origin");
  if (!is_allowed_origin(rules, origin)) return;
  // No Access-Control-Allow-Credentials: tokens are shown by the page, never by the browser of itself.
  admission.headers.emplace_back("Access-Control-Allow-Origin", origin);
  admission.headers.emplace_back("Access-Control-Expose-Headers", kShown);
}

// A browser's question before the request itself (WHATWG Fetch, 3.2.2): it carries no credential.
std::optional<api::Reply> preflight(const AdmissionRules& rules, const api::RequestHead& head) {
  const bool is_one = head.method == "OPTIONS" && head.headers.contains("origin") &&
                      head.headers.contains("access-control-request-method");
  if (!is_one) return std::nullopt;
  if (!is_allowed_origin(rules, head.header("origin")))
    return api::problem(403, "foreign_origin", "pages of that origin may not call; --cors-origin names those that may");
  api::Complete reply;
  reply.status = 204;
  reply.headers = {{"Access-Control-Allow-Methods", kMethods},
                   {"Access-Control-Allow-Headers", kAsked},
                   {"Access-Control-Max-Age", kPreflightAge}};
  return reply;
}

// On this machine, without a token.
void judge_local(const AdmissionRules& rules, const api::RequestHead& head, std::uint16_t port, Admission& admission) {
  if (!is_own_host(head.header("host"), port)) {
    admission.refused = api::problem(
        421, "foreign_host", "without an access token this gate answers to localhost only, whatever name led here");
    return;
  }
  if (is_from_elsewhere(rules, head, port)) {
    admission.refused =
        api::problem(403, "foreign_origin", "a page of another origin may not call without an access token");
    return;
  }
  if (!rules.require_token) admission.caller = {api::Role::kOperator, "loopback", {}};
}

}  // namespace

Admission judge(const AdmissionRules& rules, const IpAddress& peer, const api::RequestHead& head, std::size_t hosts,
                std::uint16_t port) {
  Admission admission;
  admission.client = peer;
  const auto refuse = [&](api::Reply reply) {
    admission.refused = std::move(reply);
    return std::move(admission);
  };
  if (hosts != 1) return refuse(api::problem(400, "bad_request", "a request must have exactly one Host header"));
  const bool by_proxy = is_in(rules.trusted_proxies, peer);
  if (by_proxy) {
    const auto client = client_behind(peer, head.headers, rules.trusted_proxies);
    if (!client)
      return refuse(api::problem(400, "bad_request", "Forwarded and X-Forwarded-For name different clients"));
    admission.client = *client;
  } else if (!peer.is_loopback() && !rules.tls && !rules.plain_http) {
    return refuse(api::problem(403, "not_open", "this gate is reached through its proxy, or on the machine itself"));
  }
  admission.is_local = !by_proxy && peer.is_loopback() && !came_through_proxy(head.headers);
  add_cors(rules, head, admission);
  if (auto reply = preflight(rules, head)) return refuse(*std::move(reply));
  if (head.headers.contains("authorization")) {
    const auto token = api::bearer_token(head.header("authorization"));
    admission.token = token.value_or("");
    admission.has_bad_credential = !token;
  } else if (admission.is_local) {
    judge_local(rules, head, port, admission);
  }
  return admission;
}

bool is_origin(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const std::string_view rest = text.substr(scheme);
  return scheme > 0 && !rest.empty() && rest.size() <= 260 && std::all_of(rest.begin(), rest.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  std::string_view(".-:[]").find(c) != std::string_view::npos;
         });
}

}  // namespace scalper::server
