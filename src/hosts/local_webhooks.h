#pragma once
// Tells webhooks what the outbox holds, and keeps which there are. Each webhook has threads of its own, so that one
// that is slow or dead holds up no other; in no order, at least once, for a day with growing pauses.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/local/sqlite_deliveries.h"
#include "adapters/local/webhook_file.h"
#include "api/webhooks.h"
#include "ports/clock.h"
#include "ports/telemetry.h"
#include "ports/webhook_sender.h"

namespace scalper {

// Full jitter, by the tries so far and a share in [0, 1) of the pause: from 5 seconds, doubling, to an hour; never
// under a second, nor under what the receiver asked for, up to an hour.
[[nodiscard]] Millis webhook_pause(std::int64_t attempts, double share, Millis retry_after);

inline constexpr Millis kWebhookDay{std::chrono::hours{24}};  // after that a notice is a dead letter

class LocalWebhooks final : public api::Webhooks {
 public:
  struct Parts {
    SqliteDatabase& database;
    int folder;  // .scalper, open
    WebhookSender& sender;
    Clock& clock;
    Telemetry& telemetry;
    std::string pipeline;
    std::function<double()> random;  // [0, 1), thread-safe
  };
  // All of it outlives this.
  explicit LocalWebhooks(Parts parts);
  ~LocalWebhooks() override { stop(); }

  // Reads who there is. Errors of WebhookFile::read(): then nobody is told, and the API says why.
  [[nodiscard]] Result<void> load(const CallContext& context);
  // From now on they are told.
  void start();
  // Something may be in the outbox. Thread-safe, at once.
  void notify();
  void begin_stop();
  void stop();
  void forget_what_expired(const CallContext& context);

  [[nodiscard]] Result<std::vector<api::WebhookView>> list(const CallContext& context) override;
  [[nodiscard]] Result<Webhook> add(const CallContext& context, Webhook webhook) override;
  [[nodiscard]] Result<void> remove(const CallContext& context, const std::string& id) override;
  [[nodiscard]] Result<Webhook> rotate(const CallContext& context, const std::string& id) override;
  [[nodiscard]] Result<api::WebhookTest> test(const CallContext& context, const std::string& id) override;
  [[nodiscard]] Result<std::size_t> redeliver(const CallContext& context, const std::string& id,
                                              const std::string& notice) override;

 private:
  struct Receiver;
  using Receivers = std::vector<std::shared_ptr<Receiver>>;

  [[nodiscard]] Result<std::shared_ptr<Receiver>> find(const std::string& id);
  [[nodiscard]] std::vector<Webhook> configured() const;  // mutex_ is held
  void start_lanes(const std::shared_ptr<Receiver>& receiver);
  void run_lane(const std::stop_token& stop, Receiver& receiver, std::int64_t lane);
  // Tells one notice; false: the receiver is in trouble, and is left alone for a while.
  [[nodiscard]] bool deliver(const CallContext& context, Receiver& receiver, const WebhookDelivery& delivery);
  [[nodiscard]] Result<WebhookAnswer> post(const CallContext& context, const Webhook& webhook, const std::string& id,
                                           std::string body);
  void note_failure(const CallContext& context, Receiver& receiver, const WebhookDelivery& delivery,
                    const Result<WebhookAnswer>& answer);
  struct Seen {
    std::uint64_t calls = 0;
    std::uint64_t spreads = 0;
  };
  // Until notify(), for other lanes than the first also until it has spread.
  void wait(const std::stop_token& stop, std::int64_t lane, const Seen& seen, Millis at_most);
  void tell_of_spread();
  void complain(const Receiver& receiver, const Error& error);

  Parts parts_;
  WebhookFile file_;
  SqliteDeliveries deliveries_;
  std::mutex mutex_;
  std::condition_variable_any called_;
  std::uint64_t calls_ = 0;    // of notify()
  std::uint64_t spreads_ = 0;  // that may have left something to the other lanes
  bool started_ = false;
  std::string broken_;  // why the file was not read
  Receivers receivers_;
};

}  // namespace scalper
