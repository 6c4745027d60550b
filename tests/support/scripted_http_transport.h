#pragma once
// An HttpTransport that answers what a test has written down, in that order, and keeps what it was asked. For one
// thread.

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/aws/client/http_transport.h"

namespace scalper::aws {

class ScriptedHttpTransport final : public HttpTransport {
 public:
  ~ScriptedHttpTransport() override { EXPECT_TRUE(script_.empty()) << script_.size() << " answers were not asked for"; }

  void answer(std::string body, int status = 200, Fields headers = {}) {
    script_.emplace_back(AwsResponse{status, std::move(headers), std::move(body)});
  }
  void fail(ErrorCode code) { script_.emplace_back(Error(code, "scripted")); }

  [[nodiscard]] Result<AwsResponse> send(const CallContext& context, const HttpRequest& request) override {
    asked.push_back(request);
    deadlines.push_back(context.deadline);
    if (script_.empty()) {
      ADD_FAILURE() << "nothing is scripted for " << request.method << " " << request.url;
      return Error(ErrorCode::kInternal, "the script is over");
    }
    Result<AwsResponse> next = std::move(script_.front());
    script_.pop_front();
    return next;
  }

  [[nodiscard]] Result<AwsStream> open(const CallContext&, const HttpRequest&) override {
    return Error(ErrorCode::kUnsupported, "no streams are scripted");
  }

  // The value of a header of the n-th request, "(none)" where it has none.
  [[nodiscard]] std::string header(std::size_t n, std::string_view name) const {
    for (const auto& [own, value] : asked.at(n).headers)
      if (own == name) return value;
    return "(none)";
  }

  std::vector<HttpRequest> asked;
  std::vector<MonoTime> deadlines;

 private:
  std::deque<Result<AwsResponse>> script_;
};

}  // namespace scalper::aws
