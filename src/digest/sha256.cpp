#include "digest/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace scalper {
namespace {

// Fetched once: an implicit fetch costs more than hashing a small file.
const EVP_MD* algorithm() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

// OpenSSL fails here only when memory is exhausted or the library is broken: no digest can be trusted then.
void require(int ok) {
  if (ok != 1) std::abort();
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { require(context != nullptr && EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1 ? 1 : 0); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Bytes bytes) { require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size())); }

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  unsigned length = 0;
  require(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), &length));
  return digest;
}

Sha256Digest sha256(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

}  // namespace scalper
