#pragma once
// An HttpAwsClient with everything around it scripted: answers, clock, chance, credentials.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/aws/client/http_aws_client.h"
#include "adapters/memory/memory_telemetry.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"

namespace scalper::aws {

// What happens to one request.
struct Happening {
  std::optional<AwsResponse> answer;
  Error error{ErrorCode::kInternal, "scripted"};
  bool went_out = true;
  std::size_t reads_of_stream = 0;  // bytes
  Millis takes{0};
};

inline Happening answers(int status, std::string body = {}, Fields headers = {}) {
  return {AwsResponse{status, std::move(headers), std::move(body)}, {ErrorCode::kInternal, ""}, true, 0, Millis{0}};
}
inline Happening fails(ErrorCode code, bool went_out = true) {
  return {std::nullopt, {code, "scripted " + std::string(to_string(code))}, went_out, 0, Millis{0}};
}

class ScriptedTransport final : public HttpTransport {
 public:
  explicit ScriptedTransport(FakeClock& clock) : clock_(clock) {}

  [[nodiscard]] Result<AwsResponse> send(const CallContext& context, const HttpRequest& request) override {
    asked.push_back(request);
    if (script.empty()) return Error(ErrorCode::kInternal, "the script is over");
    Happening now = std::move(script.front());
    script.pop_front();
    if (request.went_out != nullptr) *request.went_out = now.went_out;
    clock_.advance(now.takes);
    std::string buffer(now.reads_of_stream, '\0');
    if (!buffer.empty()) (void)request.stream->read(context, std::as_writable_bytes(std::span(buffer)));
    if (!now.answer) return now.error;
    return *std::move(now.answer);
  }
  [[nodiscard]] Result<AwsStream> open(const CallContext& context, const HttpRequest& request) override {
    SCALPER_TRY_ASSIGN(AwsResponse head, send(context, request));
    auto body = std::make_unique<TextSource>(std::exchange(head.body, {}));
    return AwsStream{std::move(head), std::move(body)};
  }

  [[nodiscard]] std::string header(std::size_t n, std::string_view name) const {
    std::string all;
    for (const auto& [own, value] : asked.at(n).headers)
      if (own == name) all += (all.empty() ? "" : "|") + value;
    return all;
  }

  std::deque<Happening> script;
  std::vector<HttpRequest> asked;

 private:
  FakeClock& clock_;
};

// "AKID1", "AKID2" ...: another one after each forget().
class CountingCredentials final : public CredentialsSource {
 public:
  [[nodiscard]] Result<Credentials> get(const CallContext&) override {
    if (failure) return *failure;
    return Credentials{"AKID" + std::to_string(number), "SECRETKEY", "TOKEN", expires};
  }
  void forget(const Credentials& refused) override {
    EXPECT_EQ(refused.access_key_id, "AKID" + std::to_string(number));
    ++number;
  }
  int number = 1;
  std::optional<WallTime> expires;
  std::optional<Error> failure;
};

struct ClientWorld {
  explicit ClientWorld(double chance = 1, RetryRules rules = {}) {
    rules.random = [chance] { return chance; };
    EndpointSettings endpoints;
    endpoints.region = "eu-central-1";
    client =
        std::make_unique<HttpAwsClient>(HttpAwsClientParts{transport, credentials, endpoints, rules}, clock, telemetry);
  }
  FakeClock clock;
  MemoryTelemetry telemetry;
  std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>(clock);
  std::shared_ptr<CountingCredentials> credentials = std::make_shared<CountingCredentials>();
  std::unique_ptr<HttpAwsClient> client;
};

}  // namespace scalper::aws
