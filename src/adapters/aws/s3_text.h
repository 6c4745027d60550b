#pragma once
// The small text forms of S3's headers and listings. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/object_ref.h"
#include "ports/object_store.h"

namespace scalper::aws {

// An etag as headers carry it, in quotes; and without them, as the port has it (some stores leave them out).
[[nodiscard]] std::string quoted(const ETag& etag);
[[nodiscard]] ETag unquoted(std::string_view text);

// A CRC-64/NVME as S3 states it: base64 of eight bytes, the highest first. Nothing for anything else: a composite of
// parts ("...-2") among it.
[[nodiscard]] std::string format_crc64nvme(std::uint64_t crc);
[[nodiscard]] std::optional<std::uint64_t> parse_crc64nvme(std::string_view text);

// Decimal digits alone.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

// The time of a listing, in whole seconds: HEAD says no more, and the two must agree.
[[nodiscard]] std::optional<WallTime> parse_listed_time(std::string_view text);

// A version from before versioning was on has the id "null", which names whatever was written last without a version.
// Our name for it also says which of them is meant: "null:<etag>:<last-modified, RFC 3339>".
struct NullVersion {
  ETag etag;
  WallTime last_modified{};
};
[[nodiscard]] VersionId null_version_id(const ETag& etag, WallTime last_modified);
[[nodiscard]] std::optional<NullVersion> parse_null_version(const VersionId& version);
// The id in an answer to a write. Empty where it is none of a version: "null", or none at all, in a bucket that keeps
// no versions.
[[nodiscard]] VersionId written_version(std::string_view header);
// S3's own word for it, which does not say which one is meant.
[[nodiscard]] bool is_bare_null(const VersionId& version);
// The id that S3 knows the version by.
[[nodiscard]] std::string wire_version(const VersionId& version);
// No store gives ids with these: they are to go into a URL as they are.
[[nodiscard]] bool is_possible_version(const VersionId& version);

// kInvalidArgument: empty, more than 1,024 bytes, or no UTF-8, which S3 does not take.
[[nodiscard]] Result<void> check_key(const ObjectKey& key);
// kInvalidArgument: more than 2,048 bytes, a name that is no header's, a value with control bytes.
[[nodiscard]] Result<void> check_metadata(const Metadata& metadata);
// Three to 63 of a-z, 0-9, '-' and '.'; the first and the last one a letter or a digit.
[[nodiscard]] bool is_bucket_name(const BucketName& bucket);

}  // namespace scalper::aws
