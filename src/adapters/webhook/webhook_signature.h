#pragma once
// Secrets and signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, "Signature
// scheme").

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace scalper {

using WebhookHeaders = std::vector<std::pair<std::string, std::string>>;

// "whsec_" and base64 of 32 random bytes. kInternal: of random_secret().
[[nodiscard]] Result<std::string> new_webhook_secret();
// "whsec_" and base64 of 24 to 64 bytes.
[[nodiscard]] bool is_webhook_secret(std::string_view secret);

// webhook-id, webhook-timestamp and webhook-signature; one signature for each of `secrets`, which are secrets.
// `seconds` since 1970: of this try, for receivers refuse old ones.
[[nodiscard]] WebhookHeaders webhook_headers(const std::vector<std::string>& secrets, const std::string& id,
                                             std::int64_t seconds, std::string_view body);

}  // namespace scalper
