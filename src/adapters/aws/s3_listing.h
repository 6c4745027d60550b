#pragma once
// The answer to ListObjectVersions. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "ports/object_store.h"

namespace scalper::aws {

struct ListedPage {
  std::vector<ObjectInfo> versions;  // and delete markers, by key (bytewise), newest first within a key
  bool truncated = false;
  std::string next_key;      // where the next page begins, behind this key
  std::string next_version;  // and version; empty: behind all of the key
};

// kCorrupt: no such document, an entry without key, version, size or time, or a page that says that more follows and
// not where. Keys are decoded where the document says that they are encoded, and only there.
[[nodiscard]] Result<ListedPage> read_listing(const BucketName& bucket, std::string_view document);

}  // namespace scalper::aws
