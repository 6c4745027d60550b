#include "adapters/webhook/webhook_signature.h"

#include "base/base64.h"
#include "digest/hmac_sha256.h"
#include "digest/random_bytes.h"

namespace scalper {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kLeastKey = 24;
constexpr std::size_t kMostKey = 64;

}  // namespace

Result<std::string> new_webhook_secret() {
  SCALPER_TRY_ASSIGN(const auto key, random_secret());
  return std::string(kPrefix) + to_base64(key);
}

bool is_webhook_secret(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return false;
  const auto key = from_base64(secret.substr(kPrefix.size()));
  return key && key->size() >= kLeastKey && key->size() <= kMostKey;
}

WebhookHeaders webhook_headers(const std::vector<std::string>& secrets, const std::string& id, std::int64_t seconds,
                               std::string_view body) {
  const std::string time = std::to_string(seconds);
  const std::string signed_text = id + "." + time + "." + std::string(body);
  std::string signatures;
  for (const std::string& secret : secrets) {
    const auto key = from_base64(std::string_view(secret).substr(kPrefix.size()));
    if (!key) continue;
    signatures += (signatures.empty() ? "v1," : " v1,") + to_base64(hmac_sha256(as_bytes(*key), signed_text));
  }
  return {{"webhook-id", id}, {"webhook-timestamp", time}, {"webhook-signature", signatures}};
}

}  // namespace scalper
