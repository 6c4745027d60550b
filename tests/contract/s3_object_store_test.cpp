// The contract on the stand-in of S3, in the forms that stores of its kind have: on servers it runs in tests/aws.

#include "adapters/aws/s3_object_store.h"

#include "adapters/aws/s3_text.h"
#include "contract/object_store_suite.h"
#include "support/fake_clock.h"
#include "support/s3_stand_in.h"

namespace scalper {
namespace {

class S3Subject final : public ObjectStoreSubject {
 public:
  S3Subject(S3StandInOptions options, aws::S3Settings settings)
      : options_(options), service_(clock_, options), store_(service_, clock_, std::move(settings)) {
    service_.add_bucket("input");
    service_.add_bucket("output");
  }
  ObjectStore& store() override { return store_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }
  void take(const ObjectKey& key) override {
    aws::AwsRequest request;
    request.service = "s3";
    request.method = "DELETE";
    request.bucket = "output";
    request.path = "/" + key.value();
    EXPECT_DONE(service_.call(CallContext{}, request, nullptr));
  }
  bool has_delete_markers() const override { return true; }
  bool takes(const std::string& key) const override { return aws::check_key(ObjectKey{key}).ok(); }
  bool tells_latest_by_version() const override { return false; }
  bool states_checksums() const override { return options_.keeps_checksums; }
  bool repeats_completions() const override { return options_.repeats_completions; }

 private:
  FakeClock clock_;
  const S3StandInOptions options_;
  S3StandIn service_;
  aws::S3ObjectStore store_;
};

ObjectStoreCase stand_in(const char* name, S3StandInOptions options, aws::S3Settings settings = {}) {
  return {name, [=] { return std::make_unique<S3Subject>(options, settings); }};
}

// Whatever is longer than a few bytes is copied, put and read in parts.
aws::S3Settings in_parts() {
  aws::S3Settings settings;
  settings.copy_limit = settings.copy_part = 3;
  settings.put_part = 5;
  settings.reads = {4, 1000, 2};
  return settings;
}

INSTANTIATE_TEST_SUITE_P(
    S3StandIn, ObjectStoreContract,
    testing::Values(stand_in("Aws", {}, {.conditions = aws::CopyConditions::kCopy}), stand_in("Asked", {}),
                    stand_in("Overwrites", {.copies_honour_conditions = false}),
                    stand_in("NoChecksums", {.copies_honour_conditions = false, .keeps_checksums = false}),
                    stand_in("Repeats", {.repeats_completions = true}),
                    stand_in("Parts", {.copy_limit = 3, .least_part = 1}, in_parts())),
    subject_name<ObjectStoreSubject>);

}  // namespace
}  // namespace scalper
