#include "digest/hmac_sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace scalper {

std::array<std::byte, 32> hmac_sha256(Bytes key, std::string_view text) {
  std::array<std::byte, 32> mac{};
  unsigned length = 0;
  // Fails only when memory is exhausted or the library is broken.
  const auto* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), reinterpret_cast<unsigned char*>(mac.data()), &length);
  if (made == nullptr || length != mac.size()) std::abort();
  return mac;
}

}  // namespace scalper
