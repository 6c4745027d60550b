// Who may call over TCP: tokens, roles, origins, proxies, limits, TLS.

#include <gtest/gtest.h>

#include <set>

#include "api/handle.h"
#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }

std::function<void(ServerOptions&)> requiring_tokens() {
  return [](ServerOptions& options) { options.rules.require_token = true; };
}

// "/v1/files/{}" as somebody would ask for it.
string with_id(string path) {
  const std::size_t at = path.find("{}");
  return at == string::npos ? path : path.replace(at, 2, string(26, 'a'));
}

TEST(ServerAccess, ATokenSaysWhoCallsAndNothingElseDoes) {
  ServedGate served({}, nullptr, requiring_tokens());
  const string viewer = ServedGate::bearer(served.token(Role::kViewer));
  EXPECT_EQ(status_of(served.once(served.get("/v1/health"))), "200");
  const string nobody = served.once(served.get("/v1/files"));
  EXPECT_EQ(status_of(nobody), "401");
  EXPECT_NE(nobody.find("WWW-Authenticate: Bearer realm=\"scalper\"\r\n"), string::npos) << nobody;
  EXPECT_EQ(status_of(served.once(served.get("/v1/files", viewer))), "200");
  EXPECT_EQ(status_of(served.once(served.get("/v1/queue", viewer))), "403");
  const string other = served.once(served.get("/v1/files", ServedGate::bearer(new_token_text().value())));
  EXPECT_EQ(status_of(other), "401");
  EXPECT_NE(other.find("error=\"invalid_token\""), string::npos);
  EXPECT_EQ(status_of(served.once(served.get("/v1/files", viewer + viewer))), "401") << "which of the two?";
  const string text = served.token(Role::kOperator);
  for (const char* name : {"token", "access_token", "authorization"})
    EXPECT_EQ(status_of(served.once(served.get("/v1/files?" + string(name) + "=" + text))), "401");
  EXPECT_EQ(status_of(served.once(served.get("/v1/files", "Cookie: token=" + text + "\r\n"))), "401");
}

TEST(ServerAccess, ARevokedTokenIsRefusedAtOnceAndAnExpiredOneToo) {
  ServedGate served;
  const string text = served.token(Role::kOperator);
  EXPECT_EQ(status_of(served.once(served.get("/v1/queue", ServedGate::bearer(text)))), "200");
  ASSERT_TRUE(served.tokens.revoke({}, token_hash(text), served.memory.clock.wall_now()).ok());
  EXPECT_EQ(status_of(served.once(served.get("/v1/queue", ServedGate::bearer(text)))), "401")
      << "also where none is needed";
}

// Every route by every role, against the table of routes.
TEST(ServerAccess, EveryRouteIsOpenToItsRolesAlone) {
  ServedGate served({}, nullptr, requiring_tokens());
  const std::map<Role, string> headers = {{Role::kNone, ""},
                                          {Role::kViewer, ServedGate::bearer(served.token(Role::kViewer))},
                                          {Role::kUploader, ServedGate::bearer(served.token(Role::kUploader))},
                                          {Role::kOperator, ServedGate::bearer(served.token(Role::kOperator))}};
  std::size_t asked = 0;
  for (const api::RouteLine& route : api::route_table()) {
    const std::set<Role> open(route.roles.begin(), route.roles.end());
    for (const auto& [role, header] : headers) {
      const string bytes = string(route.method) + " " + with_id(string(route.path)) + " HTTP/1.1\r\n" + served.host() +
                           header + "Content-Length: 0\r\nConnection: close\r\n\r\n";
      RawConnection connection(served.server->port());
      connection.send(bytes);
      const string status = status_of(connection.rest());
      const bool refused = status == "401" || status == "403";
      EXPECT_EQ(refused, !open.contains(role))
          << route.method << " " << route.path << " as " << to_string(role) << ": " << status;
      ++asked;
    }
  }
  EXPECT_GE(asked, 100U);
}

TEST(ServerAccess, ForeignPagesAndNamesMayNotUseThatNoTokenIsNeededHere) {
  ServedGate served;
  const string port = std::to_string(served.server->port());
  const string sweep = "POST /v1/admin/sweep HTTP/1.1\r\n" + served.host() + "Content-Length: 0\r\n";
  EXPECT_EQ(status_of(served.once(sweep + "\r\n")), "200");
  for (const char* origin : {"http://evil.example", "null", "http://localhost:1", "https://localhost"})
    EXPECT_EQ(status_of(served.once(sweep + "Origin: " + origin + "\r\nContent-Type: text/plain\r\n\r\n")), "403")
        << origin;
  EXPECT_EQ(status_of(served.once(sweep + "Origin: http://localhost:" + port + "\r\n\r\n")), "200");
  EXPECT_EQ(status_of(served.once(sweep + "Sec-Fetch-Site: cross-site\r\n\r\n")), "403");
  EXPECT_EQ(status_of(served.once("POST /v1/admin/sweep HTTP/1.1\r\nHost: evil.example:" + port +
                                  "\r\nContent-Length: 0\r\n\r\n")),
            "421");
  for (const char* header : {"Forwarded: for=127.0.0.1", "X-Forwarded-For: 127.0.0.1", "Via: 1.1 p",
                             "X-Forwarded-Host: localhost", "x-real-ip: 127.0.0.1"})
    EXPECT_EQ(status_of(served.once(sweep + header + "\r\n\r\n")), "401") << header;
}

TEST(ServerAccess, AnswersPreflightsOfNamedOriginsAlone) {
  ServedGate served({}, nullptr, [](ServerOptions& options) { options.rules.cors_origins = {"https://gate.example"}; });
  const string ask = "OPTIONS /v1/files HTTP/1.1\r\n" + served.host() + "Access-Control-Request-Method: GET\r\n";
  const string named = served.once(ask + "Origin: https://gate.example\r\n\r\n");
  EXPECT_EQ(status_of(named), "204") << named;
  EXPECT_NE(named.find("Access-Control-Allow-Origin: https://gate.example\r\n"), string::npos) << named;
  EXPECT_EQ(named.find("Allow-Credentials"), string::npos);
  const string other = served.once(ask + "Origin: https://evil.example\r\n\r\n");
  EXPECT_EQ(status_of(other), "403");
  EXPECT_EQ(other.find("Access-Control-Allow-Origin"), string::npos);
  const string called = served.once(
      served.get("/v1/files", "Origin: https://gate.example\r\n" + ServedGate::bearer(served.token(Role::kViewer))));
  EXPECT_EQ(status_of(called), "200");
  EXPECT_NE(called.find("Access-Control-Allow-Origin: https://gate.example\r\n"), string::npos);
  EXPECT_NE(called.find("Vary: Origin\r\n"), string::npos);
}

TEST(ServerAccess, TellsClientsFromElsewhereHowMuchTheyMay) {
  ServedGate served({}, nullptr, [](ServerOptions& options) {
    options.client_limits.requests_per_second = 1;
    options.client_limits.request_burst = 3;
    options.rules.trusted_proxies = parse_ranges("127.0.0.1").value();
  });
  const string viewer = ServedGate::bearer(served.token(Role::kViewer));
  const auto ask = [&](const string& client) {
    return served.once(served.get("/v1/files", viewer + "X-Forwarded-For: 127.0.0.1, " + client + "\r\n"));
  };
  for (int left = 2; left >= 0; --left) {
    const string answer = ask("192.0.2.1");
    EXPECT_EQ(status_of(answer), "200");
    EXPECT_NE(answer.find("RateLimit: \"client\";r=" + std::to_string(left)), string::npos) << answer;
  }
  const string refused = ask("192.0.2.1");
  EXPECT_EQ(status_of(refused), "429");
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), string::npos) << refused;
  EXPECT_NE(refused.find("RateLimit-Policy: \"client\";q=3;w=3\r\n"), string::npos) << refused;
  EXPECT_EQ(status_of(ask("192.0.2.2")), "200") << "another client behind the same proxy";
  served.memory.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(status_of(ask("192.0.2.1")), "200");
}

TEST(ServerAccess, GuessersAreSlowedAndThenRefusedUnseen) {
  std::vector<string> told;
  ServedGate served({}, nullptr, [&](ServerOptions& options) {
    options.client_limits.failure_burst = 3;
    options.client_limits.first_delay = Millis{20};
    options.client_limits.longest_delay = Millis{50};
    options.on_guessing = [&](const string& client) { told.push_back(client); };
  });
  const string good = ServedGate::bearer(served.token(Role::kOperator));
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(status_of(served.once(served.get("/v1/files", ServedGate::bearer(new_token_text().value())))), "401");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, Millis{20 + 40 + 50});
  const string refused = served.once(served.get("/v1/files", good));
  EXPECT_EQ(status_of(refused), "429") << "even a good one: else guessing would go on";
  EXPECT_NE(refused.find("Retry-After: 6\r\n"), string::npos) << refused;
  EXPECT_EQ(told, std::vector<string>{"127.0.0.1"});
  EXPECT_EQ(status_of(served.once(served.get("/v1/files"))), "200") << "nobody is locked out of the machine itself";
  served.memory.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(status_of(served.once(served.get("/v1/files", good))), "200");
}

}  // namespace
}  // namespace scalper::server
