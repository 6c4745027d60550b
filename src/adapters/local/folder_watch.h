#pragma once
// inotify(7) over a tree of folders: hints, never the truth.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "adapters/local/posix.h"

namespace scalper {

struct WatchHint {
  enum class What : std::uint8_t {
    kFileReady,      // closed after writing, or moved in
    kFileMade,       // made, or linked in: perhaps still being written
    kFolderMade,     // look into it: what came before its watch was not told
    kFolderMovedIn,  // the same; what lies in it came by that one rename
    kLost,           // the kernel's queue ran over, or a folder was moved: look into everything
  };
  What what = What::kLost;
  std::string path;  // relative to the root of the tree
};

// Belongs to one thread.
class FolderWatch {
 public:
  explicit FolderWatch(std::size_t most_folders);

  // Whether the kernel gives hints at all (no /proc or no instance left: it does not).
  [[nodiscard]] bool works() const { return events_.is_open(); }
  // To be polled for reading.
  [[nodiscard]] int descriptor() const { return events_.get(); }

  // From now on hints come of what happens directly in `folder`, which is open at `path`. Again is harmless. False:
  // there is no watch left for it.
  [[nodiscard]] bool add(int folder, const std::string& path);
  // Hands over what has come, without waiting.
  void read(const std::function<void(WatchHint)>& hand);
  [[nodiscard]] std::size_t folders() const { return paths_.size(); }

 private:
  void drop_below(const std::string& path);

  Fd events_;
  const std::size_t most_;
  std::unordered_map<int, std::string> paths_;  // of watches
  std::map<std::string, int> watches_;          // by path
};

}  // namespace scalper
