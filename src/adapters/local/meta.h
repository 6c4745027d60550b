#pragma once
// What is known of the published versions of one key: the text of its file .scalper/meta/<bucket>/<hash26(plain path)>.
// One file a key and not one a version, so that what a key has is found without an index; a version that replaces
// another adds a line.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/local/fields.h"
#include "base/result.h"
#include "ports/object_store.h"

namespace scalper {

// Written before the bytes are moved to their path. Published = the recorded file is no longer at `from`.
struct PublishedVersion {
  std::string generation;
  std::string from;   // below .scalper: in/<generation>, staging/<name>; private, so that only a publisher empties it
  std::string path;   // below the bucket's folder
  FileIdentity file;  // through all renames
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;               // another one now: somebody wrote to the published file
  WallTime time{};                         // when it was published, never before its source's own time
  std::optional<std::uint64_t> crc64nvme;  // of the bytes as they were read for the verdict
  // What is exchanged for it, and the generation that names it; 0 = nothing was there.
  FileIdentity displaced;
  std::string displaced_name;
  std::string content_type;
  Metadata metadata;

  friend bool operator==(const PublishedVersion&, const PublishedVersion&) = default;
};

struct KeyVersions {
  ObjectKey key;
  std::vector<PublishedVersion> versions;  // oldest first

  [[nodiscard]] PublishedVersion* find(std::string_view generation);
  void erase(std::string_view generation);
  friend bool operator==(const KeyVersions&, const KeyVersions&) = default;
};

// Version 1: lines as fields.h has them, the last of which is `end` and the number of versions.
[[nodiscard]] std::string format_meta(const KeyVersions& known);
// kCorrupt: torn or damaged, not even in one bit. kUnsupported: of a newer version.
[[nodiscard]] Result<KeyVersions> parse_meta(std::string_view text);

}  // namespace scalper
