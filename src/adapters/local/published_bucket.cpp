#include "adapters/local/published_bucket.h"

#include <algorithm>
#include <cerrno>

namespace scalper {
namespace {

bool is_absent(int code) { return code == -ENOENT || code == -ENOTDIR || code == -ELOOP || code == -EXDEV; }

// Which slash of the key the `depth`-th one of its path is.
std::size_t slash_at(const PathShape& shape, std::size_t depth) {
  std::size_t slash = 0;
  for (std::size_t passed = 0;; ++slash) {
    if (std::ranges::binary_search(shape.joined, slash)) continue;
    if (passed == depth) return slash;
    ++passed;
  }
}

}  // namespace

Result<std::optional<PublishedBucket::Place>> PublishedBucket::place_of(const PublishedVersion& version) {
  Place place;
  const int opened = open_spot(folder.posix, root, version.path, place.spot);
  if (opened < 0 && !is_absent(opened)) return posix_error(opened, "opening a folder of " + name.value());
  if (opened < 0) return std::optional<Place>{};
  const int found = folder.posix.stat_at(place.spot.dir, place.spot.name, place.stat);
  if (found < 0 && !is_absent(found)) return posix_error(found, "looking at a file of " + name.value());
  if (found < 0 || identity_of(place.stat) != version.file) return std::optional<Place>{};
  return std::optional(std::move(place));
}

Result<std::optional<PublishedBucket::Current>> PublishedBucket::current(const KeyVersions& known) {
  for (auto version = known.versions.rbegin(); version != known.versions.rend(); ++version) {
    SCALPER_TRY_ASSIGN(auto place, place_of(*version));
    if (place) return std::optional(Current{*version, *std::move(place)});
  }
  return std::optional<Current>{};
}

Result<std::optional<PublishedBucket::Place>> PublishedBucket::stranger(const ObjectKey& key) {
  for (const bool beside_folder : {false, true}) {
    PathShape shape;
    shape.beside_folder = beside_folder;
    Place place;
    const int opened = open_spot(folder.posix, root, path_of_key(key, tree, shape), place.spot);
    if (is_absent(opened)) continue;
    if (opened < 0) return posix_error(opened, "opening a folder of " + name.value());
    const int found = folder.posix.stat_at(place.spot.dir, place.spot.name, place.stat);
    if (found < 0 && !is_absent(found)) return posix_error(found, "looking at a file of " + name.value());
    if (found >= 0 && place.stat.kind != FileKind::kFolder) return std::optional(std::move(place));
  }
  return std::optional<Place>{};
}

Result<PublishedBucket::Free> PublishedBucket::make_place(const ObjectKey& key) {
  PathShape shape;
  for (;;) {
    Free free;
    free.path = path_of_key(key, tree, shape);
    const std::size_t slash = free.path.rfind('/');
    free.spot.name = slash == std::string::npos ? free.path : free.path.substr(slash + 1);
    free.spot.dir = root.get();
    if (slash != std::string::npos) {
      std::size_t depth = 0;
      const int opened = open_folders(folder.posix, root.get(), free.path.substr(0, slash), depth);
      if (opened == -ENOTDIR) {
        shape.joined.push_back(slash_at(shape, depth));
        std::ranges::sort(shape.joined);
        continue;
      }
      if (opened == -ENOENT) continue;  // somebody tidied it away between two of our steps
      if (opened < 0) return posix_error(opened, "making a folder in " + name.value());
      free.spot.parent = Fd(opened);
      free.spot.dir = opened;
    }
    FileStat st;
    const int found = folder.posix.stat_at(free.spot.dir, free.spot.name, st);
    if (found < 0 && found != -ENOENT) return posix_error(found, "looking into " + name.value());
    if (found >= 0 && st.kind == FileKind::kFolder && !shape.beside_folder) {
      shape.beside_folder = true;
      continue;
    }
    if (found >= 0) free.there = st;
    return free;
  }
}

Result<Spot> PublishedBucket::open_place(const std::string& path) {
  Spot spot;
  const int opened = open_spot(folder.posix, root, path, spot);
  if (opened < 0) return posix_error(opened, "opening a folder of " + name.value());
  return spot;
}

Result<std::vector<FolderEntry>> PublishedBucket::list(const std::string& path) {
  std::vector<FolderEntry> entries;
  Fd opened;
  if (!path.empty()) {
    const int fd = folder.posix.open_beneath(root.get(), path, OpenFor::kFolder);
    if (is_absent(fd)) return entries;
    if (fd < 0) return posix_error(fd, "opening a folder of " + name.value());
    opened = Fd(fd);
  }
  const int dir = path.empty() ? root.get() : opened.get();
  if (const int code = folder.posix.list(dir, entries); code < 0) return posix_error(code, "listing " + name.value());
  for (FolderEntry& entry : entries) {
    FileStat st;
    if (!entry.kind_known && folder.posix.stat_at(dir, entry.name, st) >= 0) entry.kind = st.kind;
  }
  return entries;
}

Result<ObjectKey> PublishedBucket::key_at(const std::string& path) {
  if (auto key = key_of_path(path, tree)) return *std::move(key);
  std::string plain = path;
  if (plain.ends_with("%f")) plain.resize(plain.size() - 2);
  SCALPER_TRY_ASSIGN(KeyVersions known, meta.load_path(plain));  // a shortened one
  return known.versions.empty() ? ObjectKey{path} : std::move(known.key);
}

Result<bool> PublishedBucket::is_published(const PublishedVersion& version) {
  const std::size_t slash = version.from.find('/');
  const std::string file = version.from.substr(slash + 1);
  const bool in = version.from.substr(0, slash) == "in";
  FileStat st;
  const int found = folder.posix.stat_at(in ? folder.in.get() : folder.staging.get(), file, st);
  if (found == -ENOENT) return true;
  if (found < 0) return posix_error(found, "looking where a file was published from");
  return identity_of(st) != version.file;
}

Result<void> PublishedBucket::sync(const Spot& spot) {
  const int code = syncs_.sync(folder.posix, spot.parent.is_open() ? spot.parent : root);
  if (code < 0) return posix_error(code, "syncing a folder of " + name.value());
  return {};
}

void PublishedBucket::tidy(const std::string& path) {
  std::string at = path;
  for (std::size_t slash = at.rfind('/'); slash != std::string::npos; slash = at.rfind('/')) {
    at.resize(slash);
    Spot spot;
    if (open_spot(folder.posix, root, at, spot) < 0) return;
    if (folder.posix.remove_folder(spot.dir, spot.name) < 0) return;
  }
}

std::mutex& PublishedBucket::key_lock(const ObjectKey& key) {
  return locks_.at(std::hash<ObjectKey>{}(key) % locks_.size());
}

}  // namespace scalper
