#pragma once
// The webhooks of a data folder, in `.scalper/webhooks.json`, mode 0600 since secrets stand in it. Not in the database:
// backups of that go where secrets should not. For one thread at a time.

#include <string>
#include <vector>

#include "base/result.h"
#include "model/webhook.h"

namespace scalper {

inline constexpr const char* kWebhookFile = "webhooks.json";

class WebhookFile {
 public:
  // `folder`: the open descriptor of .scalper, which outlives it.
  explicit WebhookFile(int folder) : folder_(folder) {}

  // None where there is no file. kCorrupt: not understood, nothing is guessed. kPermissionDenied: others may read it.
  [[nodiscard]] Result<std::vector<Webhook>> read() const;
  // Durable when it answers: a new file, synced, renamed over the old one.
  [[nodiscard]] Result<void> write(const std::vector<Webhook>& webhooks) const;

 private:
  int folder_;
};

}  // namespace scalper
