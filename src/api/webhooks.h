#pragma once
// Who is told of verdicts by HTTP, as operators see and change it. Only hosts that deliver have it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/webhook.h"
#include "ports/call_context.h"

namespace scalper::api {

struct DeadWebhookNotice {
  std::string id;
  WallTime died_at{};
  std::int64_t attempts = 0;
  std::string why;
};

struct WebhookView {
  Webhook webhook;  // without its secrets
  std::int64_t waiting = 0;
  std::int64_t dead = 0;
  std::optional<WallTime> disabled_at;
  std::optional<WallTime> delivered_at;
  std::string why;  // of the last failure that no success followed
  std::vector<DeadWebhookNotice> dead_ones;
};

struct WebhookTest {
  int status = 0;   // 0: no answer
  std::string why;  // there is none
};

// Thread-safe. kNotFound: no such webhook.
class Webhooks {
 public:
  virtual ~Webhooks() = default;
  [[nodiscard]] virtual Result<std::vector<WebhookView>> list(const CallContext& context) = 0;
  // `webhook` has url, events and allow_http. The whole one, with the only look at its secret that there is.
  // kInvalidArgument says what of it is wrong; also a 17th one.
  [[nodiscard]] virtual Result<Webhook> add(const CallContext& context, Webhook webhook) = 0;
  [[nodiscard]] virtual Result<void> remove(const CallContext& context, const std::string& id) = 0;
  // A new secret; the old one signs beside it for 24 hours.
  [[nodiscard]] virtual Result<Webhook> rotate(const CallContext& context, const std::string& id) = 0;
  // One event of a type of its own, now, once.
  [[nodiscard]] virtual Result<WebhookTest> test(const CallContext& context, const std::string& id) = 0;
  // Tries again, from the beginning of a day: `notice`, or "" for all that failed. Lifts a disablement. How many.
  [[nodiscard]] virtual Result<std::size_t> redeliver(const CallContext& context, const std::string& id,
                                                      const std::string& notice) = 0;
};

}  // namespace scalper::api
