#include "digest/old_hash.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace scalper {
namespace {

const EVP_MD* algorithm(OldHashKind kind) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  return kind == OldHashKind::kSha1 ? sha1 : md5;
}

// Once a context is there, only a broken library fails: no digest can be trusted then.
void require(int ok) {
  if (ok != 1) std::abort();
}

}  // namespace

struct OldHash::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

OldHash::OldHash(std::unique_ptr<State> state) : state_(std::move(state)) {}
OldHash::~OldHash() = default;
OldHash::OldHash(OldHash&&) noexcept = default;
OldHash& OldHash::operator=(OldHash&&) noexcept = default;

Result<OldHash> OldHash::make(OldHashKind kind) {
  const EVP_MD* const md = algorithm(kind);
  if (md == nullptr) return Error(ErrorCode::kUnsupported, "OpenSSL does not offer this hash here");
  auto state = std::make_unique<State>();
  if (state->context == nullptr || EVP_DigestInit_ex2(state->context, md, nullptr) != 1) {
    return Error(ErrorCode::kInternal, "OpenSSL could not begin a hash");
  }
  return OldHash(std::move(state));
}

void OldHash::update(Bytes bytes) { require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size())); }

std::string OldHash::finish() {
  std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  require(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), &length));
  return to_hex(Bytes{digest}.first(length));
}

}  // namespace scalper
