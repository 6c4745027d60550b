#pragma once
// Bytes that nobody can guess, for secrets, from OpenSSL's generator.

#include <array>
#include <cstddef>

#include "base/result.h"

namespace scalper {

// 256 bits. kInternal: the generator could not be seeded.
[[nodiscard]] Result<std::array<std::byte, 32>> random_secret();

}  // namespace scalper
