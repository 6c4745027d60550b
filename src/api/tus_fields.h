#pragma once
// What requests of tus 1.0 (tus.io/protocols/resumable-upload) say in their fields. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace scalper::api {

inline constexpr const char* kTusVersion = "1.0.0";
inline constexpr const char* kTusExtensions = "creation,creation-with-upload,termination,checksum,expiration";
inline constexpr const char* kTusChecksums = "sha256,sha1,md5";
inline constexpr const char* kTusPieceType = "application/offset+octet-stream";

// Upload-Metadata: names with base64 values, decoded. kInvalidArgument: not of that form, a name twice, more than 32
// names or 4 KiB.
using TusMetadata = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] Result<TusMetadata> parse_tus_metadata(std::string_view field);

// Upload-Checksum: the algorithm's name and the digest in lower-case hexadecimal.
struct TusChecksum {
  std::string algorithm;  // one of kTusChecksums
  std::string hex;
};
// nullopt for an empty field. kUnsupported: another algorithm. kInvalidArgument: not of that form.
[[nodiscard]] Result<std::optional<TusChecksum>> parse_tus_checksum(std::string_view field);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), as Upload-Expires has it.
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace scalper::api
