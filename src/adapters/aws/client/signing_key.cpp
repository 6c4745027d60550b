#include "adapters/aws/client/signing_key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "base/bytes.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kKept = 8;  // services in one region, on both sides of midnight

// OpenSSL fails here only when memory is exhausted or the library is broken.
void require(bool ok) {
  if (!ok) std::abort();
}

using Mac = std::array<unsigned char, 32>;

std::string_view text_of(const Mac& mac) { return {reinterpret_cast<const char*>(mac.data()), mac.size()}; }

class Hmac {
 public:
  explicit Hmac(std::string_view key) : context_(EVP_MAC_CTX_new(algorithm())) {
    require(context_ != nullptr);
    std::array<char, 7> name{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                                               OSSL_PARAM_construct_end()};
    require(EVP_MAC_init(context_, reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters.data()) ==
            1);
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { EVP_MAC_CTX_free(context_); }

  // Any number of times: each begins with the key's own state.
  [[nodiscard]] Mac mac(std::string_view text) {
    Mac out{};
    std::size_t length = 0;
    require(EVP_MAC_init(context_, nullptr, 0, nullptr) == 1);
    require(EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
    require(EVP_MAC_final(context_, out.data(), &length, out.size()) == 1 && length == out.size());
    return out;
  }

 private:
  static EVP_MAC* algorithm() {
    static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    return mac;
  }
  EVP_MAC_CTX* context_;
};

Mac derived(std::string_view secret, std::string_view day, std::string_view region, std::string_view service) {
  std::string first = "AWS4";
  first += secret;
  Mac key = Hmac(first).mac(day);
  OPENSSL_cleanse(first.data(), first.size());
  for (const std::string_view text : {region, service, std::string_view("aws4_request")})
    key = Hmac(text_of(key)).mac(text);
  return key;
}

}  // namespace

struct SigningKey::State {
  std::string secret;
  std::string day;
  std::string region;
  std::string service;
  Hmac hmac;

  [[nodiscard]] bool is(std::string_view s, std::string_view d, std::string_view r, std::string_view v) const {
    return secret == s && day == d && region == r && service == v;
  }
};

SigningKey::SigningKey(std::string_view secret, std::string_view day, std::string_view region, std::string_view service)
    : state_(new State{std::string(secret), std::string(day), std::string(region), std::string(service),
                       Hmac(text_of(derived(secret, day, region, service)))}) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

const SigningKey& SigningKey::of(std::string_view secret, std::string_view day, std::string_view region,
                                 std::string_view service) {
  thread_local std::vector<SigningKey> kept;  // the one used last in front
  const auto found = std::find_if(kept.begin(), kept.end(),
                                  [&](const SigningKey& key) { return key.state_->is(secret, day, region, service); });
  if (found != kept.end()) {
    std::rotate(kept.begin(), found, found + 1);
  } else {
    if (kept.size() == kKept) kept.pop_back();
    kept.emplace(kept.begin(), secret, day, region, service);
  }
  return kept.front();
}

std::string SigningKey::sign(std::string_view text) const {
  const Mac mac = state_->hmac.mac(text);
  return to_hex(as_bytes(text_of(mac)));
}

}  // namespace scalper::aws
