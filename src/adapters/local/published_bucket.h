#pragma once
// output or quarantine: a folder in which each version lies at the path of its key, and what meta/ knows of it.

#include <array>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/local/adopted_files.h"
#include "adapters/local/meta_folder.h"

namespace scalper {

// Thread-safe, but what changes a key holds its key_lock().
class PublishedBucket {
 public:
  PublishedBucket(DataFolder& folder, FolderSyncs& syncs, Journal& journal, const std::string& name, const Fd& root,
                  const Fd& meta_dir, Tree tree)
      : folder(folder),
        root(root),
        tree(tree),
        name(name),
        meta(folder.posix, journal, name, meta_dir, tree),
        syncs_(syncs) {}

  // Where a version's file is. nullopt: not at its path.
  struct Place {
    Spot spot;
    FileStat stat;
  };
  [[nodiscard]] Result<std::optional<Place>> place_of(const PublishedVersion& version);
  // The version whose file is at its path; there is at most one.
  struct Current {
    PublishedVersion version;
    Place place;
  };
  [[nodiscard]] Result<std::optional<Current>> current(const KeyVersions& known);
  // A file at the key's path that we know nothing of.
  [[nodiscard]] Result<std::optional<Place>> stranger(const ObjectKey& key);

  // The path that the key gets now, with its folders made; `there` is what has the name already.
  struct Free {
    std::string path;
    Spot spot;
    std::optional<FileStat> there;
  };
  [[nodiscard]] Result<Free> make_place(const ObjectKey& key);
  // The same for a path that a version has.
  [[nodiscard]] Result<Spot> open_place(const std::string& path);

  // What lies in a folder, each with its kind; nothing where the folder is gone.
  [[nodiscard]] Result<std::vector<FolderEntry>> list(const std::string& path);
  // The key of a file; for one that is not ours, its path.
  [[nodiscard]] Result<ObjectKey> key_at(const std::string& path);

  // Whether the recorded file is no longer at `from`.
  [[nodiscard]] Result<bool> is_published(const PublishedVersion& version);

  [[nodiscard]] Result<void> sync(const Spot& spot);
  // Folders above `path` that are empty go, up to the bucket's own.
  void tidy(const std::string& path);

  [[nodiscard]] std::mutex& key_lock(const ObjectKey& key);

  DataFolder& folder;
  const Fd& root;
  const Tree tree;
  const BucketName name;
  MetaFolder meta;

 private:
  FolderSyncs& syncs_;
  std::array<std::mutex, 512> locks_;
};

}  // namespace scalper
