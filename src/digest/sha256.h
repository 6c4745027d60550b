#pragma once
// SHA-256 (FIPS 180-4) over OpenSSL, which picks SHA-NI where the processor has it.

#include <array>
#include <memory>

#include "base/bytes.h"

namespace scalper {

using Sha256Digest = std::array<std::byte, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(Bytes bytes);
  // Once; afterwards the object may only be destroyed or assigned.
  [[nodiscard]] Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Sha256Digest sha256(Bytes bytes);

}  // namespace scalper
