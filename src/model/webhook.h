#pragma once
// Somebody who is told final verdicts by HTTP, as the operator set it up. schemas/notice.schema.json is what is sent,
// docs/webhooks.md how.

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/file_record.h"

namespace scalper {

inline constexpr std::size_t kMostWebhooks = 16;
inline constexpr Millis kOldSecretCounts{std::chrono::hours{24}};

struct Webhook {
  std::string id;                  // "wh_" and random characters
  std::string url;                 // may hold what only its owner is to know: for operators alone, never in a log
  std::vector<FileStatus> events;  // the final statuses that it wants; empty: all
  bool allow_http = false;         // plain HTTP also beyond loopback
  WallTime made_at{};
  std::string secret;      // "whsec_" and base64 (Standard Webhooks)
  std::string old_secret;  // signs as well until `old_until`; "" for none
  WallTime old_until{};

  friend bool operator==(const Webhook&, const Webhook&) = default;
};

[[nodiscard]] inline bool wants(const Webhook& webhook, FileStatus status) {
  if (webhook.events.empty()) return true;
  for (const FileStatus wanted : webhook.events)
    if (wanted == status) return true;
  return false;
}

}  // namespace scalper
