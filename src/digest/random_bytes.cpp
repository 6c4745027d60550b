#include "digest/random_bytes.h"

#include <openssl/rand.h>

namespace scalper {

Result<std::array<std::byte, 32>> random_secret() {
  std::array<std::byte, 32> bytes{};
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
    return Error(ErrorCode::kInternal, "the system gives no random numbers");
  return bytes;
}

}  // namespace scalper
