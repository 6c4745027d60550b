#pragma once
// An AwsClient that answers what a test has written down, in that order, and keeps what it was asked. For one thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/aws/client/aws_client.h"

namespace scalper::aws {

class ScriptedAwsClient final : public AwsClient {
 public:
  ~ScriptedAwsClient() override { EXPECT_TRUE(script_.empty()) << script_.size() << " answers were not asked for"; }

  void answer(AwsResponse response) { script_.push_back({std::move(response), std::nullopt, {}}); }
  void answer(std::string body, Fields headers = {}, int status = 200) {
    answer(AwsResponse{status, std::move(headers), std::move(body)});
  }
  void refuse(ErrorCode code, AwsRefusal refusal) {
    script_.push_back({std::nullopt, Error(code, "scripted: " + refusal.code), std::move(refusal)});
  }

  [[nodiscard]] Result<AwsResponse> call(const CallContext&, const AwsRequest& request, AwsRefusal* refusal) override {
    asked.push_back(request);
    if (script_.empty()) {
      ADD_FAILURE() << "nothing is scripted for " << request.service << " " << request.method << " " << request.path;
      return Error(ErrorCode::kInternal, "the script is over");
    }
    Step step = std::move(script_.front());
    script_.pop_front();
    if (step.response) return *std::move(step.response);
    if (refusal != nullptr) *refusal = step.refusal;
    return *std::move(step.error);
  }

  [[nodiscard]] Result<AwsStream> open(const CallContext& context, const AwsRequest& request,
                                       AwsRefusal* refusal) override {
    SCALPER_TRY_ASSIGN(AwsResponse head, call(context, request, refusal));
    auto body = std::make_unique<OwningSource>(std::move(head.body));
    head.body.clear();
    return AwsStream{std::move(head), std::move(body)};
  }

  [[nodiscard]] Result<std::string> presign(const CallContext&, const AwsRequest& request,
                                            std::chrono::seconds valid_for) override {
    asked.push_back(request);
    return "https://signed.example" + request.path +
           "?X-Amz-Algorithm=none&X-Amz-Date=20261125T220402Z&X-Amz-Expires=" +
           std::to_string(std::min(valid_for, signs_for).count()) + "&X-Amz-Signature=none";
  }

  [[nodiscard]] std::string region() const override { return "eu-central-1"; }

  std::vector<AwsRequest> asked;
  std::chrono::seconds signs_for{std::chrono::hours{1}};  // at most: as long as its credentials live

 private:
  struct Step {
    std::optional<AwsResponse> response;
    std::optional<Error> error;
    AwsRefusal refusal;
  };
  class OwningSource final : public ByteSource {
   public:
    explicit OwningSource(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] Result<std::size_t> read(const CallContext&, MutableBytes into) override {
      const std::size_t count = std::min(into.size(), bytes_.size() - at_);
      std::memcpy(into.data(), bytes_.data() + at_, count);
      at_ += count;
      return count;
    }

   private:
    std::string bytes_;
    std::size_t at_ = 0;
  };

  std::deque<Step> script_;
};

}  // namespace scalper::aws
