#include "api/dry_run.h"

#include <gtest/gtest.h>

#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

constexpr const char* kOrders =
    R"({"files":[{"path":"orders.yaml","text":"contract: orders\nmatch: {prefix: \"orders/\"}\ntypes: [text/csv]\n"}]})";
constexpr const char* kJsonOnly =
    R"("files":[{"path":"orders.yaml","text":"contract: orders\nmatch: {prefix: \"orders/\"}\ntypes: [application/json]\n"}])";

struct DryRun : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  void SetUp() override {
    const auto answer = client.json("POST", "/v1/contracts/publish", kOrders);
    ASSERT_EQ(client.status, 200) << answer;
  }
};

TEST_F(DryRun, ChecksABodyByAContractOrAKeyAndKeepsNothing) {
  const string csv = "a,b\n1,2\n";
  const auto by_key = client.json("POST", "/v1/check?key=orders/x.csv", csv);
  ASSERT_EQ(client.status, 200) << by_key;
  EXPECT_EQ(by_key.at("verdict").as_string(), "valid");
  EXPECT_EQ(by_key.at("contract").at("name").as_string(), "orders");
  const auto by_name = client.json("POST", "/v1/check?contract=orders", "a,b\n1\n");
  EXPECT_EQ(by_name.at("verdict").as_string(), "invalid");
  EXPECT_EQ(client.json("POST", "/v1/check?contract=builtin&key=x.json", "{\"a\":1}").at("verdict").as_string(),
            "valid");
  EXPECT_EQ(client.json("POST", "/v1/check?key=other/x.csv", csv).at("contract").at("name").as_string(), "builtin");
  EXPECT_TRUE(client.get("/v1/files").at("files").as_array().empty());
  EXPECT_TRUE(gate.versions(BucketName{"input"}).empty());
  EXPECT_EQ(client.code("POST", "/v1/check", csv), "invalid_argument");
  EXPECT_EQ(client.code("POST", "/v1/check?contract=none", csv), "not_found");
  EXPECT_EQ(client.code("POST", "/v1/check?key=" + string(1025, 'x'), csv), "invalid_argument");
  EXPECT_EQ(client.code("POST", "/v1/check?key=x", string((16U << 20U) + 1, 'x')), "invalid_argument");
}

TEST_F(DryRun, ShowsAContractAsItWasPublished) {
  const auto contract = client.get("/v1/contracts/orders");
  ASSERT_EQ(client.status, 200) << contract;
  EXPECT_EQ(contract.at("path").as_string(), "orders.yaml");
  EXPECT_TRUE(string(contract.at("text").as_string()).starts_with("contract: orders\n"));
  EXPECT_EQ(contract.at("digest").as_string(),
            client.get("/v1/contracts").at("contracts").at(0).at("digest").as_string());
  EXPECT_EQ(client.code("GET", "/v1/contracts/none"), "not_found");
  // A set that is refused leaves the old one in use, whose text is not the one that is published.
  ASSERT_TRUE(gate.contract_source.publish(gate.context(), {"broken", {{"bad.yaml", "contract: ["}}}).ok());
  const auto older = client.get("/v1/contracts/orders");
  EXPECT_EQ(client.status, 200);
  EXPECT_FALSE(older.as_object().contains("text"));
  EXPECT_FALSE(older.at("complaint").as_string().empty());
}

TEST_F(DryRun, TriesAnOfferedSetOnFilesThatAreHere) {
  const FileId good = arrive(gate, "orders/good.csv", "a,b\n1,2\n");
  arrive(gate, "orders/x.csv", "a,b\n3,4\n");
  arrive(gate, "other/y.csv", "a,b\n3,4\n");
  const auto before = gate.record(good);
  const auto one =
      client.json("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"id":")" + good.value() + "\"}");
  ASSERT_EQ(client.status, 200) << one;
  EXPECT_EQ(one.at("changed").to_number<int>(), 1);
  const auto& result = one.at("results").at(0);
  EXPECT_TRUE(result.at("changes").as_bool());
  EXPECT_EQ(result.at("now").at("verdict").as_string(), "valid");
  EXPECT_EQ(result.at("then").at("verdict").as_string(), "invalid");
  const auto below = client.json("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"prefix":"orders/"})");
  EXPECT_EQ(below.at("changed").to_number<int>(), 2);
  const auto all = client.json("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"prefix":""})");
  EXPECT_EQ(all.at("results").as_array().size(), 3U);
  EXPECT_EQ(all.at("changed").to_number<int>(), 2);
  const auto part =
      client.json("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"prefix":"orders/","limit":1})");
  EXPECT_EQ(part.at("results").as_array().size(), 1U);
  const string cursor(part.at("next_cursor").as_string());
  const auto rest = client.json("POST", "/v1/contracts/try",
                                string("{") + kJsonOnly + R"(,"prefix":"orders/","cursor":")" + cursor + "\"}");
  EXPECT_EQ(rest.at("results").as_array().size(), 1U);
  EXPECT_FALSE(rest.as_object().contains("next_cursor"));
  EXPECT_EQ(*gate.record(good), *before) << "nothing is stored";
}

TEST_F(DryRun, RefusesASetThatIsNotSoundAndQuestionsThatAreNone) {
  const auto answer =
      client.json("POST", "/v1/contracts/try", R"({"files":[{"path":"a.yaml","text":"contract: ["}],"prefix":""})");
  EXPECT_EQ(client.status, 422);
  EXPECT_FALSE(answer.at("messages").as_array().empty());
  for (const char* rest : {"", R"(,"id":"short")", R"(,"prefix":"a","limit":0)", R"(,"prefix":"a","limit":101)",
                           R"(,"prefix":"a","cursor":"x")", R"(,"prefix":"a","id":"aaaaaaaaaaaaaaaaaaaaaaaaaa")"})
    EXPECT_EQ(client.code("POST", "/v1/contracts/try", string("{") + kJsonOnly + rest + "}"), "invalid_argument")
        << rest;
  EXPECT_EQ(
      client.code("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa"})"),
      "not_found");
}

TEST_F(DryRun, BytesThatWentAreSaidNotToHaveBeenTried) {
  const FileId id = arrive(gate, "orders/good.csv", "a,b\n1,2\n");
  const auto record = gate.record(id);
  ASSERT_TRUE(gate.objects
                  .remove_version(gate.context(),
                                  {record->target->bucket, record->target->key, record->target->version}, Seal{})
                  .ok());
  const auto answer = client.json("POST", "/v1/contracts/try", string("{") + kJsonOnly + R"(,"prefix":"orders/"})");
  EXPECT_EQ(answer.at("not_tried").to_number<int>(), 1);
  EXPECT_EQ(answer.at("results").at(0).at("code").as_string(), "not_found");
}

}  // namespace
}  // namespace scalper
