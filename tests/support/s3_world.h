#pragma once
// A gate in memory whose files lie in the buckets of a stand-in of S3, and what the commit protocol promises of them.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/aws/s3_object_store.h"
#include "support/forwarding_stores.h"
#include "support/memory_gate.h"
#include "support/s3_stand_in.h"

namespace scalper {

// How a store behaves, and the adapter's settings for it.
struct S3Form {
  const char* name;
  S3StandInOptions service;
  aws::S3Settings settings;
};
[[nodiscard]] const std::vector<S3Form>& s3_forms();

struct S3CallFault {
  const char* name;
  int status;  // of the answer; 0: no answer at all; -1: the body of a read is cut, and any other answer is lost
  const char* code;
  bool applied;
};

// Hands every call on but the n-th.
class FailingS3 final : public aws::AwsClient {
 public:
  FailingS3(S3StandIn& inner, int n, const S3CallFault& fault) : inner_(inner), n_(n), fault_(fault) {}

  [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<aws::AwsStream> open(const CallContext& context, const aws::AwsRequest& request,
                                            aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<std::string> presign(const CallContext& context, const aws::AwsRequest& request,
                                            std::chrono::seconds valid_for) override {
    return inner_.presign(context, request, valid_for);
  }
  [[nodiscard]] std::string region() const override { return inner_.region(); }
  [[nodiscard]] bool has_struck() const { return calls_ >= n_; }
  [[nodiscard]] const std::string& struck() const { return struck_; }

 private:
  [[nodiscard]] bool strikes(const aws::AwsRequest& request);
  [[nodiscard]] Error answer(const aws::AwsRequest& request, aws::AwsRefusal* refusal) const;

  S3StandIn& inner_;
  const int n_;
  const S3CallFault fault_;
  int calls_ = 0;
  std::string struck_ = "none";
};

class S3World {
 public:
  explicit S3World(const S3Form& form);

  // A sender's upload, remembered: from now on its bytes must be somewhere. Of what is no text only quarantine may hold
  // them, until allow_in_output().
  ObjectEvent upload(const std::string& key, const std::string& bytes);
  void announce(const ObjectEvent& event) { memory.announce(event); }
  void allow_in_output(const std::string& bytes) { released_.insert(bytes); }

  [[nodiscard]] Gate gate() { return gate_over(memory.gate(), store_, memory.records); }
  [[nodiscard]] const CallContext& context() const { return memory.context(); }
  // The adapter of a process of its own.
  [[nodiscard]] aws::S3ObjectStore new_store() { return new_store(watched_); }
  [[nodiscard]] aws::S3ObjectStore new_store(aws::AwsClient& client) {
    return aws::S3ObjectStore(client, memory.clock, form_.settings);
  }
  void work(Gate& gate);
  void run_until_idle();
  // Faults are over: sweeps and workers run until all is at rest.
  void calm_down();
  [[nodiscard]] std::optional<std::string> current(const std::string& bucket, const std::string& key);

  // Where a record at rest says that the bytes lie: a review that moved nothing leaves them where they were.
  [[nodiscard]] static ObjectRef place_of(const FileRecord& record);

  // Promises (a) and (f), which hold at every moment.
  void look(const std::string& where);
  // Promises (a) to (g), once all is at rest.
  void expect_at_rest(const std::string& where);

  MemoryGate memory;
  S3StandIn service;

 private:
  // Looks after every call.
  class Watched final : public aws::AwsClient {
   public:
    explicit Watched(S3World& world) : world_(world) {}
    [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                                aws::AwsRefusal* refusal) override;
    [[nodiscard]] Result<aws::AwsStream> open(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override {
      return world_.service.open(context, request, refusal);
    }
    [[nodiscard]] Result<std::string> presign(const CallContext& context, const aws::AwsRequest& request,
                                              std::chrono::seconds valid_for) override {
      return world_.service.presign(context, request, valid_for);
    }
    [[nodiscard]] std::string region() const override { return world_.service.region(); }

   private:
    S3World& world_;
  };
  struct Published {
    std::string bucket;
    std::string key;
    S3Stored stored;
    std::string id;  // scalper-id
  };
  [[nodiscard]] std::vector<Published> targets();

  const S3Form& form_;
  Watched watched_{*this};
  aws::S3ObjectStore store_;
  std::vector<std::pair<ObjectEvent, std::string>> sent_;
  std::set<std::string> released_;
};

}  // namespace scalper
