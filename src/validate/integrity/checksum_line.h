#pragma once
// One line of a checksum file, without its line end. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "validate/integrity/companion_key.h"

namespace scalper {

struct ChecksumLine {
  enum class Kind : std::uint8_t {
    kNothing,    // blank, a comment, or a digest of a kind that is not known here
    kEntry,      // `name` is empty where a checksum stands alone
    kMalformed,  // `why`, escaped
  };
  Kind what = Kind::kNothing;
  DigestKind kind = DigestKind::kSha256;
  std::string hex;
  std::string name;  // decoded, as raw as it is
  std::string why;
};

[[nodiscard]] ChecksumLine read_checksum_line(const CompanionKey& companion, std::string_view line);

}  // namespace scalper
