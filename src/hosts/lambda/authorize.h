#pragma once
// The Lambda authorizer of API Gateway: whether an access token is good, and for what. Payload format 2.0 with simple
// responses (HTTP APIs) and 1.0 with IAM policies (HTTP and REST APIs, REQUEST and TOKEN). Source: "Control access to
// HTTP APIs with AWS Lambda authorizers" and "Output from an API Gateway Lambda authorizer".
//
// A token that was found is remembered for kRemembered, and none that was not. So one that is revoked is refused within
// a minute, as long as the gateway's own cache is off or below 30 s; one that expires is refused at once.

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "ports/clock.h"
#include "ports/tokens.h"

namespace scalper::lambda {

class Authorizer {
 public:
  static constexpr Millis kRemembered{std::chrono::seconds{30}};
  static constexpr std::size_t kMostRemembered = 256;

  // Both outlive it. Thread-safe.
  Authorizer(Tokens& tokens, Clock& clock) : tokens_(tokens), clock_(clock) {}

  // The answer to an event. An Error where the store does not answer or the event is none: the gateway then lets nobody
  // in. Neither the answer nor an error holds the token.
  [[nodiscard]] Result<std::string> answer(std::string_view payload, const CallContext& context);

 private:
  struct Remembered {
    AccessToken token;
    MonoTime until{};
  };
  [[nodiscard]] Result<std::optional<AccessToken>> find(const std::string& hash, const CallContext& context);

  Tokens& tokens_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Remembered> remembered_;  // by hash
};

}  // namespace scalper::lambda
