#pragma once
// What a checksum file says. Pure.
//
// Lines are those of GNU coreutils ("sha256sum": HEX, a blank, a blank or '*', the name; a leading '\' says that the
// name holds \\, \n or \r), of BSD and openssl ("SHA256 (name) = HEX"), of BagIt (RFC 8493: HEX, blanks, the name with
// %0A, %0D and %25), or in a sidecar the checksum alone. LF or CR LF, a UTF-8 byte order mark, blank lines, and
// comments that begin with '#' or ';' are fine. Digests of kinds that are not known here are passed over.
//
// All or nothing: one line that cannot be read, two checksums for one name, a name outside the folder - and no line of
// the file counts. Half a list of checksums is no proof for the other half.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "validate/integrity/companion_key.h"

namespace scalper {

inline constexpr std::size_t kChecksumFileBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kChecksumFileLines = 10'000;
inline constexpr std::size_t kChecksumFileFindings = 10;  // kept; all are counted

struct ChecksumEntry {
  DigestKind kind = DigestKind::kSha256;
  std::string hex;         // lower case
  std::string key;         // of the file: the companion's folder and the name
  std::uint64_t line = 0;  // 1-based

  friend bool operator==(const ChecksumEntry&, const ChecksumEntry&) = default;
};

struct ChecksumFile {
  std::vector<ChecksumEntry>
      entries;                    // in the order of lines; a sidecar's are those of its own file. Empty if not ok()
  std::vector<Finding> findings;  // why it is not: checksum.sidecar_malformed or limit.checksum_file
  std::uint64_t findings_total = 0;

  [[nodiscard]] bool ok() const { return findings_total == 0; }
};

// `text` is the whole file; what is longer than the limits is `limit.checksum_file`.
[[nodiscard]] ChecksumFile parse_checksum_file(const CompanionKey& companion, std::string_view text);

}  // namespace scalper
