// Who is given a target for which file, and who may go on with an upload in parts.

#include "ports/upload_targets.h"

#include <gtest/gtest.h>

#include "support/api_client.h"

namespace scalper::api {
namespace {

using std::string;

// An upload's id is its key.
class KnownTargets final : public UploadTargets {
 public:
  Result<UploadTarget> issue(const CallContext&, const UploadOrder& order) override {
    asked = order;
    UploadTarget target;
    target.kind = kind;
    target.url = kind == UploadTarget::Kind::kForm ? "https://s3.example/in" : "";
    if (kind == UploadTarget::Kind::kForm) target.fields = {{"key", order.key.value()}, {"policy", "p"}};
    if (kind == UploadTarget::Kind::kParts) target.id = order.key.value();
    target.part_size = 5;
    target.parts = 2;
    return target;
  }
  Result<ObjectKey> key_of(const CallContext&, const string& id) override {
    if (id == "none") return Error(ErrorCode::kNotFound, "no such upload; it may be over");
    return ObjectKey{id};
  }
  Result<std::vector<PartTarget>> sign_parts(const CallContext&, const string&, std::uint64_t first,
                                             std::uint64_t count) override {
    ++worked;
    return std::vector<PartTarget>{{first, count, "https://signed.example/", WallTime{}}};
  }
  Result<ObjectRef> complete(const CallContext&, const string& id) override {
    ++worked;
    if (missing) return Error(ErrorCode::kPreconditionFailed, "only 5 of 7 bytes have come");
    return ObjectRef{BucketName{"in"}, ObjectKey{id}, VersionId{"v"}};
  }
  Result<void> abort(const CallContext&, const string&) override {
    ++worked;
    return {};
  }

  UploadTarget::Kind kind = UploadTarget::Kind::kForm;
  UploadOrder asked;
  bool missing = false;
  int worked = 0;
};

class UploadTargetsOfCallers : public testing::Test {
 protected:
  UploadTargetsOfCallers() {
    client.service().upload_targets = &targets;
    client.role = Role::kUploader;
  }
  string code(const string& method, const string& target, const string& body, std::vector<string> prefixes) {
    RequestHead head{method, target, client.role, "ann", true, std::move(prefixes), {}};
    MemorySource bytes(as_bytes(body));
    const Reply reply = handle(client.service(), head, bytes, memory.context());
    answer = std::get<Complete>(reply);
    if (answer.status < 300) return std::to_string(answer.status);
    return string(boost::json::parse(answer.body).at("code").as_string());
  }

  MemoryGate memory;
  ApiClient client{memory};
  KnownTargets targets;
  Complete answer;
};

TEST_F(UploadTargetsOfCallers, AreForKeysBelowTheirPrefixes) {
  EXPECT_EQ(code("POST", "/v1/uploads", R"({"key":"mine/a","size":7})", {"mine/"}), "201");
  EXPECT_EQ(targets.asked.key.value(), "mine/a");
  EXPECT_EQ(targets.asked.size, 7U);
  const auto told = boost::json::parse(answer.body);
  EXPECT_EQ(told.at("kind"), "form");
  EXPECT_EQ(told.at("fields").as_array().front(), (boost::json::array{"key", "mine/a"}));
  for (const char* foreign : {"theirs/a", "mine", "Mine/a"})
    EXPECT_EQ(code("POST", "/v1/uploads", R"({"size":7,"key":")" + string(foreign) + "\"}", {"mine/"}), "foreign_key");
  for (const char* bad : {R"({"key":"mine/a"})", R"({"size":7})", R"({"key":"mine/../a","size":7})",
                          R"({"key":"mine/a","size":-1})", R"({"key":"mine/a","size":7,"sha256":"x"})",
                          R"({"key":"mine/a","size":7,"sha256":""})", R"({"key":"mine/a","size":7,"more":1})"})
    EXPECT_EQ(code("POST", "/v1/uploads", bad, {"mine/"}), "invalid_argument") << bad;
  client.service().largest_upload = 6;
  EXPECT_EQ(code("POST", "/v1/uploads", R"({"key":"mine/a","size":7})", {"mine/"}), "body_too_large");
}

TEST_F(UploadTargetsOfCallers, InPartsAreTheirsAlone) {
  targets.kind = UploadTarget::Kind::kParts;
  EXPECT_EQ(code("POST", "/v1/uploads", R"({"key":"mine","size":7})", {"mine"}), "201");
  EXPECT_EQ(boost::json::parse(answer.body).at("parts"), 2);
  for (const char* call : {"/parts", "/complete"}) {
    EXPECT_EQ(code("POST", string("/v1/uploads/theirs") + call, "{}", {"mine"}), "not_found");
    EXPECT_EQ(code("POST", string("/v1/uploads/none") + call, "{}", {"mine"}), "not_found");
  }
  EXPECT_EQ(code("DELETE", "/v1/uploads/theirs", "", {"mine"}), "not_found");
  client.role = Role::kViewer;
  EXPECT_EQ(code("POST", "/v1/uploads/mine/complete", "{}", {}), "not_open");
  EXPECT_EQ(targets.worked, 0);
  client.role = Role::kUploader;
  EXPECT_EQ(code("POST", "/v1/uploads/mine/parts", R"({"first":2,"count":3})", {"mine"}), "200");
  const auto part = boost::json::parse(answer.body).at("parts").as_array().front();
  EXPECT_EQ(part.at("number"), 2);
  EXPECT_EQ(part.at("size"), 3);
  for (const char* bad : {R"({"count":0})", R"({"count":101})", R"({"from":1})"})
    EXPECT_EQ(code("POST", "/v1/uploads/mine/parts", bad, {"mine"}), "invalid_argument") << bad;
  targets.missing = true;
  EXPECT_EQ(code("POST", "/v1/uploads/mine/complete", "", {"mine"}), "parts_missing");
  targets.missing = false;
  EXPECT_EQ(code("POST", "/v1/uploads/mine/complete", "{}", {"mine"}), "202");
  const FileId id = file_id({BucketName{"in"}, ObjectKey{"mine"}, VersionId{"v"}});
  EXPECT_EQ(string(boost::json::parse(answer.body).at("id").as_string()), id.value());
  EXPECT_EQ(code("DELETE", "/v1/uploads/mine", "", {"mine"}), "204");
}

TEST_F(UploadTargetsOfCallers, AreNotThereWhereTheHostHasNone) {
  client.service().upload_targets = nullptr;
  EXPECT_EQ(code("POST", "/v1/uploads", R"({"key":"a","size":7})", {}), "unsupported");
  EXPECT_EQ(code("POST", "/v1/uploads/a/complete", "{}", {}), "unsupported");
}

}  // namespace
}  // namespace scalper::api
