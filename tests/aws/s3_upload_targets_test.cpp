// Signed forms and parts on servers that speak S3's API: the contract, and what only signatures promise.

#include "adapters/aws/s3_upload_targets.h"

#include "contract/upload_targets_suite.h"
#include "s3_servers.h"
#include "support/byte_sources.h"

namespace scalper::aws {
namespace {

constexpr const char* kEdge = "scalper-form";

std::string form_body(const Fields& fields, const std::string& bytes) {
  std::string body;
  for (const auto& [name, value] : fields)
    body += std::string("--") + kEdge + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
            "\r\n";
  return body + "--" + kEdge + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" + bytes +
         "\r\n--" + kEdge + "--\r\n";
}

class EmulatedTargets final : public UploadTargetsSubject {
 public:
  explicit EmulatedTargets(const Server& server)
      : seaweed_(&server == &kSeaweed),
        aws_(server.endpoint),
        input_(aws_, "input"),
        store_(aws_.client, aws_.clock, {}) {}

  UploadTargets& targets() override { return targets_; }
  bool send(const UploadTarget& target, const std::string& bytes) override {
    HttpRequest request;
    request.method = "POST";
    request.url = target.url;
    request.headers = {{"content-type", std::string("multipart/form-data; boundary=") + kEdge}};
    request.body = form_body(target.fields, bytes);
    return is_taken(request);
  }
  bool send_part(const PartTarget& target, const std::string& bytes) override {
    HttpRequest request;
    request.method = "PUT";
    request.url = target.url;
    request.body = bytes;
    return is_taken(request);
  }
  std::optional<std::string> arrived(const ObjectKey& key) override {
    auto opened = store_.open(CallContext{}, {input_.name(), key, VersionId{}}, ETag{}, ByteRange{});
    if (!opened.ok()) return std::nullopt;
    return drain(CallContext{}, *opened->body).value();
  }
  bool has_parts() const override { return true; }
  // ministack looks at no checksum of a form (docs/unproven.md); seaweedfs as well.
  bool compares_sha256() const override { return false; }
  [[nodiscard]] bool is_seaweed() const { return seaweed_; }

 private:
  bool is_taken(const HttpRequest& request) {
    const auto answer = aws_.transport->send(CallContext{}, request);
    EXPECT_DONE(answer);
    return answer.ok() && answer->status < 300;
  }
  [[nodiscard]] SignForm signer() {
    return [this](const CallContext& context, const PostPolicy& policy,
                  std::chrono::seconds valid_for) -> Result<SignedForm> {
      SCALPER_TRY_ASSIGN(auto form, aws_.client.sign_form(context, policy, valid_for));
      return SignedForm{std::move(form.url), std::move(form.fields), form.expires};
    };
  }

  const bool seaweed_;
  EmulatedAws aws_;
  EmulatedBucket input_;
  S3ObjectStore store_;
  S3UploadTargets targets_{
      aws_.client,
      aws_.clock,
      signer(),
      {.input = input_.name(), .largest_form = std::uint64_t{6} << 20U, .least_part = std::uint64_t{5} << 20U}};
};

UploadTargetsCase on(const Server& server) {
  return {server.name, [&server] { return std::make_unique<EmulatedTargets>(server); }};
}

INSTANTIATE_TEST_SUITE_P(S3, UploadTargetsContract, testing::Values(on(kSeaweed), on(kMinistack)),
                         subject_name<UploadTargetsSubject>);

// A form is for its key alone, and only as it was signed; sent twice it makes two versions of the same bytes.
TEST(S3UploadTargets, AreGoodForTheirKeyAlone) {
  EmulatedTargets subject(kSeaweed);
  UploadOrder order;
  order.key = ObjectKey{"mine/a"};
  order.size = 3;
  auto target = subject.targets().issue(CallContext{}, order);
  ASSERT_DONE(target);
  UploadTarget other = *target;
  for (auto& [name, value] : other.fields)
    if (name == "key") value = "theirs/a";
  EXPECT_FALSE(subject.send(other, "abc"));
  UploadTarget typed = *target;
  typed.fields.insert(typed.fields.begin(), {"x-amz-meta-scalper-id", "forged"});
  EXPECT_FALSE(subject.send(typed, "abc"));
  EXPECT_TRUE(subject.send(*target, "abc"));
  EXPECT_TRUE(subject.send(*target, "abc"));
  EXPECT_EQ(subject.arrived(order.key), "abc");
  EXPECT_EQ(subject.arrived(ObjectKey{"theirs/a"}), std::nullopt);
}

}  // namespace
}  // namespace scalper::aws
