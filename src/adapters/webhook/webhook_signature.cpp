#include "adapters/webhook/webhook_signature.h"

#include <array>
#include <random>

#include "base/base64.h"
#include "digest/hmac_sha256.h"

namespace scalper {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kLeastKey = 24;
constexpr std::size_t kMostKey = 64;

}  // namespace

std::string new_webhook_secret() {
  std::random_device source;
  std::array<std::byte, 32> key{};
  for (std::size_t at = 0; at < key.size(); at += 4) {
    const std::uint32_t number = source();
    for (std::size_t i = 0; i < 4; ++i) key.at(at + i) = static_cast<std::byte>(number >> (8 * i));
  }
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
