#include "adapters/local/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace scalper {
namespace {

constexpr std::uint32_t kWanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::size_t kBuffer = std::size_t{64} * 1024;

}  // namespace

FolderWatch::FolderWatch(std::size_t most_folders)
    : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), most_(most_folders) {}

bool FolderWatch::add(int folder, const std::string& path) {
  if (!works() || (paths_.size() >= most_ && !watches_.contains(path))) return false;
  // By the open folder, not by its name: nobody can put a link in between.
  const std::string name = "/proc/self/fd/" + std::to_string(folder);
  const int watch = ::inotify_add_watch(events_.get(), name.c_str(), kWanted);
  if (watch < 0) return false;
  if (const auto known = paths_.find(watch); known != paths_.end()) {
    if (known->second == path) return true;
    watches_.erase(known->second);
  }
  paths_[watch] = path;
  watches_[path] = watch;
  return true;
}

void FolderWatch::drop_below(const std::string& path) {
  std::vector<int> gone;
  for (auto at = watches_.lower_bound(path); at != watches_.end() && at->first.starts_with(path); ++at)
    if (at->first.size() == path.size() || at->first[path.size()] == '/') gone.push_back(at->second);
  for (const int watch : gone) {
    ::inotify_rm_watch(events_.get(), watch);
    watches_.erase(paths_[watch]);
    paths_.erase(watch);
  }
}

void FolderWatch::read(const std::function<void(WatchHint)>& hand) {
  using What = WatchHint::What;
  alignas(inotify_event) std::array<char, kBuffer> buffer;  // NOLINT(*-member-init): filled by read()
  for (;;) {
    const ::ssize_t got = ::read(events_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* const text = buffer.data() + at + sizeof event;
      const std::string_view name(text, ::strnlen(text, event.len));
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        hand({What::kLost, {}});
        continue;
      }
      const auto folder = paths_.find(event.wd);
      if (folder == paths_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {  // the folder is gone, its watch with it
        watches_.erase(folder->second);
        paths_.erase(folder);
        continue;
      }
      if ((event.mask & IN_MOVE_SELF) != 0) {  // names below it are others now
        drop_below(std::string(folder->second));
        hand({What::kLost, {}});
        continue;
      }
      const std::string path = (folder->second.empty() ? "" : folder->second + "/") + std::string(name);
      const bool moved = (event.mask & IN_MOVED_TO) != 0;
      if ((event.mask & IN_ISDIR) != 0)
        hand({moved ? What::kFolderMovedIn : What::kFolderMade, path});
      else
        hand({(event.mask & IN_CREATE) != 0 ? What::kFileMade : What::kFileReady, path});
    }
  }
}

}  // namespace scalper
