#pragma once
// What validation says of a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace scalper {

enum class VerdictKind : std::uint8_t { kValid, kInvalid, kUnverifiable };
[[nodiscard]] std::string_view to_string(VerdictKind kind);
[[nodiscard]] std::optional<VerdictKind> parse_verdict_kind(std::string_view word);

// Of the received bytes, lower-case hexadecimal. SHA-256 and CRC64NVME always, the others only when declared.
struct Digests {
  std::string sha256;
  std::string crc64nvme;  // 16 digits
  std::optional<std::string> crc32;
  std::optional<std::string> crc32c;
  std::optional<std::string> sha1;
  std::optional<std::string> md5;

  friend bool operator==(const Digests&, const Digests&) = default;
};

// Which contract judged. The built-in one has the name "builtin".
struct ContractStamp {
  std::string name;
  std::string digest;  // SHA-256 in hexadecimal over the RFC 8785 form, see 'Contract' in the README

  friend bool operator==(const ContractStamp&, const ContractStamp&) = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::kUnverifiable;
  std::string type;  // media type found by content; empty if unknown
  std::uint64_t size = 0;
  Digests digests;
  ContractStamp contract;
  std::vector<Finding> findings;     // ordered, at most `limits.findings` of the contract
  std::uint64_t findings_total = 0;  // all that there were

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// Any error -> invalid; else any unverifiable -> unverifiable; else valid. Warnings do not count.
[[nodiscard]] VerdictKind verdict_of(bool any_error, bool any_unverifiable);

}  // namespace scalper
