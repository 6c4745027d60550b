#include "hosts/server/admission.h"

#include <gtest/gtest.h>

#include "api/problem.h"

namespace scalper::server {
namespace {

using std::string;

constexpr std::uint16_t kPort = 8080;
const char* const kLocal = "127.0.0.1";
const char* const kFar = "192.0.2.1";
const char* const kProxy = "10.0.0.1";

struct Asked {
  const char* peer = kLocal;
  api::Headers headers = {{"host", "localhost:8080"}};
  string method = "GET";
  std::size_t hosts = 1;
};

Admission judged(const Asked& asked, const AdmissionRules& rules = {}) {
  api::RequestHead head;
  head.method = asked.method;
  head.headers = asked.headers;
  return judge(rules, *parse_ip(asked.peer), head, asked.hosts, kPort);
}
int status_of(const Admission& admission) {
  return admission.refused ? std::get<api::Complete>(*admission.refused).status : 0;
}
Asked with(const char* name, const string& value, const char* peer = kLocal) {
  Asked asked;
  asked.peer = peer;
  asked.headers.insert_or_assign(name, value);
  return asked;
}

TEST(Admission, OnThisMachineWithNobodyBetweenTheCallerIsAnOperator) {
  for (const char* host : {"localhost:8080", "LOCALHOST", "127.0.0.1:8080", "[::1]:8080"}) {
    const auto admission = judged(with("host", host));
    EXPECT_EQ(status_of(admission), 0) << host;
    EXPECT_EQ(admission.caller.role, Role::kOperator);
    EXPECT_EQ(admission.caller.name, "loopback");
  }
  EXPECT_EQ(judged(with("origin", "http://localhost:8080")).caller.role, Role::kOperator);
  EXPECT_EQ(judged(with("sec-fetch-site", "same-origin")).caller.role, Role::kOperator);
  EXPECT_EQ(judged(with("sec-fetch-site", "none")).caller.role, Role::kOperator);
}

TEST(Admission, NamesThatLeadHereFromElsewhereAreMisdirected) {
  for (const char* host :
       {"evil.example:8080", "localhost:1", "localhost.evil.example", "127.0.0.1.evil.example:8080", "", "0.0.0.0:8080",
        "192.0.2.1:8080", "localhost:8080@evil.example", "evil.example#localhost"})
    EXPECT_EQ(status_of(judged(with("host", host))), 421) << host;
  for (const std::size_t hosts : {0U, 2U}) EXPECT_EQ(status_of(judged({.hosts = hosts})), 400);
}

TEST(Admission, PagesOfOthersMayNot) {
  for (const char* origin :
       {"http://evil.example", "null", "", "https://localhost:8080", "http://localhost:3000",
        "http://localhost.evil.example:8080", "http://evil.example, http://localhost:8080", "file://"})
    EXPECT_EQ(status_of(judged(with("origin", origin))), 403) << origin;
  for (const char* site : {"cross-site", "same-site", "anything"})
    EXPECT_EQ(status_of(judged(with("sec-fetch-site", site))), 403) << site;
}

TEST(Admission, BehindAProxyNobodyIsLocal) {
  for (const char* name : {"forwarded", "x-forwarded-for", "x-forwarded-proto", "via", "x-real-ip"}) {
    const auto admission = judged(with(name, "127.0.0.1"));
    EXPECT_EQ(status_of(admission), 0);
    EXPECT_EQ(admission.caller.role, Role::kNone) << name;
    EXPECT_FALSE(admission.is_local);
  }
  AdmissionRules rules;
  rules.trusted_proxies = parse_ranges("127.0.0.1,10.0.0.0/8").value();
  EXPECT_EQ(judged({}, rules).caller.role, Role::kNone) << "a proxy on this machine";
  const auto far = judged(with("x-forwarded-for", "127.0.0.1, 192.0.2.7", kProxy), rules);
  EXPECT_EQ(far.client.text(), "192.0.2.7");
  EXPECT_EQ(far.caller.role, Role::kNone);
  EXPECT_EQ(judged(with("x-forwarded-for", "127.0.0.1", kProxy), rules).caller.role, Role::kNone)
      << "what it says makes nobody local";
}

TEST(Admission, OthersComeByTlsByAProxyOrWhereItIsSaid) {
  EXPECT_EQ(status_of(judged({.peer = kFar})), 403);
  AdmissionRules proxied;
  proxied.trusted_proxies = parse_ranges("10.0.0.0/8").value();
  EXPECT_EQ(status_of(judged({.peer = kFar}, proxied)), 403);
  EXPECT_EQ(status_of(judged({.peer = kProxy}, proxied)), 0);
  AdmissionRules tls;
  tls.tls = true;
  AdmissionRules plain;
  plain.plain_http = true;
  for (const auto& rules : {tls, plain}) {
    const auto admission = judged({.peer = kFar}, rules);
    EXPECT_EQ(status_of(admission), 0);
    EXPECT_EQ(admission.caller.role, Role::kNone) << "and have to say who they are";
  }
}

TEST(Admission, ACredentialIsNeverPassedOver) {
  const string token = new_token_text().value();
  const auto shown = judged(with("authorization", "Bearer " + token));
  EXPECT_EQ(shown.token, token);
  EXPECT_EQ(shown.caller.role, Role::kNone) << "whatever the address";
  for (const string& wrong :
       {string(), string("Bearer x"), "Basic " + token, "Bearer " + token + ", Bearer " + token}) {
    const auto admission = judged(with("authorization", wrong));
    EXPECT_TRUE(admission.has_bad_credential) << wrong;
    EXPECT_EQ(admission.caller.role, Role::kNone);
  }
  AdmissionRules rules;
  rules.require_token = true;
  EXPECT_EQ(judged({}, rules).caller.role, Role::kNone);
}

TEST(Admission, OriginsThatAreNamedAreAnsweredAndNoOthers) {
  AdmissionRules rules;
  rules.cors_origins = {"https://gate.example"};
  Asked preflight = with("origin", "https://gate.example", kLocal);
  preflight.method = "OPTIONS";
  preflight.headers["access-control-request-method"] = "POST";
  const auto answered = judged(preflight, rules);
  EXPECT_EQ(status_of(answered), 204);
  const auto header = [](const auto& headers, const string& name) {
    for (const auto& [known, value] : headers)
      if (known == name) return value;
    return string();
  };
  EXPECT_EQ(header(answered.headers, "Access-Control-Allow-Origin"), "https://gate.example");
  EXPECT_EQ(header(answered.headers, "Vary"), "Origin");
  EXPECT_EQ(header(answered.headers, "Access-Control-Allow-Credentials"), "");
  for (const char* other :
       {"https://gate.example.evil.example", "http://gate.example", "https://gate.example:444", "null"}) {
    preflight.headers["origin"] = other;
    const auto refused = judged(preflight, rules);
    EXPECT_EQ(status_of(refused), 403) << other;
    EXPECT_EQ(header(refused.headers, "Access-Control-Allow-Origin"), "");
  }
  EXPECT_EQ(status_of(judged(with("origin", "https://gate.example"), rules)), 403) << "a named origin needs a token";
  for (const char* origin : {"https://gate.example", "http://localhost:5173", "https://[::1]:8443"})
    EXPECT_TRUE(is_origin(origin)) << origin;
  for (const char* wrong : {"*", "null", "", "gate.example", "https://", "https://gate.example/",
                            "https://GATE.example", "https://a,https://b", "https://a\r\nX: y"})
    EXPECT_FALSE(is_origin(wrong)) << wrong;
}

}  // namespace
}  // namespace scalper::server
