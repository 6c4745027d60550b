#pragma once
// What the parts of LocalObjectStore share. Not for others.

#include <cstdint>
#include <string>

#include "adapters/local/local_object_store.h"

namespace scalper {

// A file that is ready to be published: sealed or staged, and nobody but its publisher moves it.
struct LocalObjectStore::Source {
  std::string generation;
  int dir = -1;
  std::string name;
  std::string from;  // below .scalper
  FolderSync* dir_sync = nullptr;
  const Fd* folder = nullptr;
  FileStat stat;
  WallTime time{};
  std::optional<std::uint64_t> crc64nvme;
  std::string content_type;
  Metadata metadata;
  std::optional<AdoptedVersion> known;  // where the journal knows it
  Hold* hold = nullptr;                 // of a version of input; its mutex is held
  const Fd* lease = nullptr;            // else: a lease that must be whole
};

// Where to and on what condition. `key_lock` of the bucket is held.
struct LocalObjectStore::Publication {
  PublishedBucket& bucket;
  ObjectKey key;
  Metadata metadata;               // of ours
  std::optional<ETag> if_match{};  // replace what has this etag; empty: nothing
  bool replace_any = false;        // replace whatever is there
  KeyVersions known{};             // as it was before
};

namespace local {

inline constexpr const char* kInput = "input";

[[nodiscard]] Error no_version(const ObjectRef& ref);
[[nodiscard]] Result<void> check_key(const ObjectKey& key);
[[nodiscard]] Result<void> check_metadata(const Metadata& metadata);
// The version id and etag of a file that we did not publish: another one as soon as it is another file or changes.
[[nodiscard]] std::string stranger_id(const FileStat& stat);
[[nodiscard]] Seal seal_of(const std::string& from, const FileStat& stat);

struct FileDigests {
  std::string sha256;
  std::uint64_t crc64nvme = 0;
};
// Reads the whole file. kCancelled, kTimeout between chunks.
[[nodiscard]] Result<FileDigests> digest_file(const CallContext& context, Clock& clock, Posix& posix, const Fd& file);
[[nodiscard]] Result<void> write_body(const CallContext& context, Posix& posix, ByteSource& body, const Fd& file,
                                      std::uint64_t& crc);
// The bytes, and the folder where its name is new.
[[nodiscard]] Result<void> make_durable(Hold& hold);

}  // namespace local
}  // namespace scalper
