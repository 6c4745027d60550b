#pragma once
// Hashes that senders still declare, to compare with what they stated and for nothing else: both can be forged.
// SHA-1 (FIPS 180-4), MD5 (RFC 1321), over OpenSSL.

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace scalper {

enum class OldHashKind : std::uint8_t { kSha1, kMd5 };

class OldHash {
 public:
  // kUnsupported: this system's OpenSSL does not offer it (a FIPS provider has no MD5). kInternal: memory is exhausted.
  [[nodiscard]] static Result<OldHash> make(OldHashKind kind);
  ~OldHash();
  OldHash(OldHash&&) noexcept;
  OldHash& operator=(OldHash&&) noexcept;

  void update(Bytes bytes);
  // Lower-case hexadecimal. Once; afterwards the object may only be destroyed or assigned.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  explicit OldHash(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace scalper
