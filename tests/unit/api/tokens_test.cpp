#include <gtest/gtest.h>

#include "adapters/memory/memory_tokens.h"
#include "support/api_client.h"

namespace scalper {
namespace {

namespace json = boost::json;
using std::string;

struct TokensApi : testing::Test {
  TokensApi() { client.service().tokens = &tokens; }
  json::value add(const string& body) { return client.json("POST", "/v1/admin/tokens", body); }
  string text(const json::value& value, const char* name) { return string(value.at(name).as_string()); }

  MemoryGate gate;
  MemoryTokens tokens{gate.clock};
  ApiClient client{gate};
};

TEST_F(TokensApi, ATokenIsShownOnceAndKeptAsItsHash) {
  const auto made = add(R"({"role":"uploader","name":"partner","prefixes":["orders/"]})");
  EXPECT_EQ(client.status, 201);
  const string shown = text(made, "token");
  EXPECT_TRUE(is_token_text(shown));
  const auto kept = tokens.find({}, token_hash(shown)).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->role, Role::kUploader);
  EXPECT_EQ(kept->prefixes, std::vector<string>{"orders/"});
  EXPECT_EQ(text(made, "id"), token_hash(shown).substr(0, 16));

  const auto listed = client.get("/v1/admin/tokens");
  EXPECT_EQ(client.status, 200);
  ASSERT_EQ(listed.at("tokens").as_array().size(), 1U);
  const string all = json::serialize(listed);
  EXPECT_EQ(all.find("scalper_"), string::npos);
  EXPECT_EQ(all.find(token_hash(shown)), string::npos) << "the id alone";
  EXPECT_EQ(text(listed.at("tokens").at(0), "state"), "in_force");
}

TEST_F(TokensApi, RevokesByIdOrItsBeginning) {
  const string first = text(add(R"({"role":"viewer","name":"a"})"), "id");
  const string second = text(add(R"({"role":"operator","name":"b"})"), "token");
  EXPECT_EQ(text(client.json("DELETE", "/v1/admin/tokens/" + first.substr(0, 8)), "state"), "revoked");
  EXPECT_EQ(text(client.json("DELETE", "/v1/admin/tokens/" + first), "state"), "revoked") << "again";
  EXPECT_EQ(text(client.json("DELETE", "/v1/admin/tokens/" + token_hash(second)), "name"), "b");
  EXPECT_FALSE(is_in_force(**tokens.find({}, token_hash(second)), gate.clock.wall_now()));
  // Another id; too little of one; and the token itself, which is never said back.
  for (const string& said : {string("ffffffffffffffff"), first.substr(0, 7), second}) {
    const auto problem = client.json("DELETE", "/v1/admin/tokens/" + said);
    EXPECT_EQ(client.status, 404);
    EXPECT_EQ(json::serialize(problem).find(said), string::npos);
  }
}

TEST_F(TokensApi, ATokenExpires) {
  const string soon = format_rfc3339(gate.clock.wall_now() + Millis{1000});
  add(R"({"role":"viewer","name":"a","expires":")" + soon + "\"}");
  EXPECT_EQ(client.status, 201);
  gate.clock.advance(Millis{1000});
  const auto listed = client.get("/v1/admin/tokens");
  EXPECT_EQ(text(listed.at("tokens").at(0), "state"), "expired");
  EXPECT_EQ(text(listed.at("tokens").at(0), "expires"), soon);
}

TEST_F(TokensApi, RefusesByTable) {
  for (const char* body :
       {"", "[]", R"({"role":"viewer"})", R"({"name":"a"})", R"({"role":"root","name":"a"})",
        R"({"role":"none","name":"a"})", R"({"role":"viewer","name":"a","prefixes":["a/"]})",
        R"({"role":"uploader","name":"a","prefixes":[]})", R"({"role":"uploader","name":"a","prefixes":"a/"})",
        R"({"role":"uploader","name":"a","prefixes":[1]})", R"({"role":"uploader","name":"a","prefixes":[""]})",
        R"({"role":"viewer","name":"a\u0007"})", R"({"role":"viewer","name":"a","expires":"tomorrow"})",
        R"({"role":"viewer","name":"a","expires":"2001-01-01T00:00:00Z"})", R"({"role":"viewer","name":"a","x":1})"}) {
    EXPECT_EQ(client.code("POST", "/v1/admin/tokens", body), "invalid_argument") << body;
    EXPECT_EQ(client.status, 400);
  }
  EXPECT_TRUE(tokens.list({})->empty());
}

TEST_F(TokensApi, OnlyOperatorsAndOnlyWhereThereAreTokens) {
  for (const Role role : {Role::kViewer, Role::kUploader}) {
    client.role = role;
    EXPECT_EQ(client.code("GET", "/v1/admin/tokens"), "not_open");
    EXPECT_EQ(client.code("POST", "/v1/admin/tokens", R"({"role":"operator","name":"me"})"), "not_open");
    EXPECT_EQ(client.code("DELETE", "/v1/admin/tokens/ffffffffffffffff"), "not_open");
  }
  client.role = Role::kOperator;
  client.service().tokens = nullptr;
  EXPECT_EQ(client.code("GET", "/v1/admin/tokens"), "unsupported");
}

}  // namespace
}  // namespace scalper
