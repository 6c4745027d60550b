#pragma once
// Which notice of the outbox is still to reach which webhook. Everything here may be done twice: a notice is told at
// least once.

#include <optional>
#include <string>
#include <vector>

#include "adapters/local/sqlite_database.h"
#include "model/webhook.h"

namespace scalper {

struct WebhookDelivery {
  std::int64_t number = 0;  // of the outbox
  std::string id;           // of the notice
  std::string record_json;  // record_to_json()
  std::int64_t attempts = 0;
  WallTime begun_at{};
};

struct DeadNotice {
  std::string id;
  WallTime died_at{};
  std::int64_t attempts = 0;
  std::string why;
};

struct DeliveryState {
  std::int64_t waiting = 0;
  std::int64_t dead = 0;
  std::optional<WallTime> disabled_at;
  std::optional<WallTime> delivered_at;  // the last that arrived
  std::string why;                       // of the last failure since then; "" for none
  std::vector<DeadNotice> dead_ones;     // the oldest, at most kShownDead
};
inline constexpr std::size_t kShownDead = 20;

// Safe from many threads.
class SqliteDeliveries {
 public:
  // The database outlives it.
  explicit SqliteDeliveries(SqliteDatabase& database) : database_(database) {}

  // Knows the webhook from now on: notices told before are not for it. Nothing where it is known.
  [[nodiscard]] Result<void> begin(const CallContext&, const std::string& webhook);
  [[nodiscard]] Result<void> remove(const CallContext&, const std::string& webhook);
  // Takes over what the outbox holds since the last time and the webhook wants, at most `limit`. False: that was all.
  [[nodiscard]] Result<bool> spread(const CallContext&, const Webhook& webhook, std::size_t limit);
  // What is to be tried now, of every `lanes`-th notice; the longest due first. Nothing while disabled.
  [[nodiscard]] Result<std::vector<WebhookDelivery>> due(const CallContext&, const std::string& webhook,
                                                         std::int64_t lane, std::int64_t lanes, std::size_t limit);
  [[nodiscard]] Result<void> delivered(const CallContext&, const std::string& webhook, std::int64_t number);
  // To be tried again at `due_at`; without: never, it is a dead letter.
  [[nodiscard]] Result<void> failed(const CallContext&, const std::string& webhook, std::int64_t number,
                                    std::optional<WallTime> due_at, const std::string& why);
  [[nodiscard]] Result<void> disable(const CallContext&, const std::string& webhook, const std::string& why);
  // All dead letters and what waits for a later try, or the one notice, whatever became of it; lifts a disablement.
  // Says how many are tried again. kNotFound: the outbox has no such notice (any more).
  [[nodiscard]] Result<std::size_t> redeliver(const CallContext&, const std::string& webhook, const std::string& id);
  [[nodiscard]] Result<DeliveryState> state(const CallContext&, const std::string& webhook);
  // What the outbox has forgotten.
  [[nodiscard]] Result<void> forget(const CallContext&);

 private:
  SqliteDatabase& database_;
};

}  // namespace scalper
