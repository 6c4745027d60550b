#pragma once
// START HERE for how files come in: watches data/input and hands over what is ready.
//
// inotify gives hints, a scan of the whole tree is the truth: one at the start, one on a timer, one after the kernel's
// queue ran over. A file is ready when it was closed after writing, when it was renamed in (alone or with its folder),
// or when it was unchanged for the settle time. What is not watched - too many folders, no inotify - is found by
// scanning alone, more often; that is said in the log.

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "adapters/local/arrivals.h"
#include "adapters/local/folder_watch.h"
#include "adapters/local/inbox.h"
#include "ports/telemetry.h"

namespace scalper {

struct HotFolderOptions {
  unsigned takers = 2;  // threads that adopt, and do what follows; at most: they start as there is work for them
  Millis settle{std::chrono::seconds{2}};
  Millis scan{std::chrono::seconds{30}};          // between scans while everything is watched
  Millis scan_blind{std::chrono::seconds{2}};     // else
  Millis longest_wait{std::chrono::seconds{10}};  // of a file that could not be taken, before the next look
  Millis look{std::chrono::seconds{1}};           // how often the clock is asked while nothing happens
  std::size_t watches = 8192;                     // folders
  std::size_t depth = 64;                         // of folders; below, files are left alone and that is said
  std::size_t waiting = 20000;                    // names in memory; for more the scan waits where it is
};

struct HotFolderState {
  std::uint64_t scans = 0;  // ended
  std::size_t waiting = 0;  // names that are looked at, or will be
  std::size_t watches = 0;
  bool blind = false;  // some folders, or all, are not watched
  unsigned takers = 0;
};

class HotFolder {
 public:
  // inbox.adopt().
  using Adopt = std::function<Result<Adoption>(const CallContext&, const std::string& path)>;
  // What becomes of an adopted file. Runs on a taker's thread, and holds it.
  using Accept = std::function<void(const CallContext&, const ObjectEvent&)>;

  // `input`: the open inbox; what comes directly into it is heard of from now on. All of it outlives the hot folder.
  // Both functions are called from `takers` threads.
  HotFolder(Posix& posix, int input, Clock& clock, Telemetry& telemetry, HotFolderOptions options, Adopt adopt,
            Accept accept);
  // stop(), and waits for what was adopted.
  ~HotFolder();
  HotFolder(const HotFolder&) = delete;
  HotFolder& operator=(const HotFolder&) = delete;

  void start();
  // Nothing is adopted any more. Thread-safe, answers at once.
  void begin_stop();
  // The same; returns when the threads have ended.
  void stop();
  [[nodiscard]] HotFolderState state() const;

 private:
  struct Folder {
    std::string path;
    bool moved_in = false;
  };
  struct Listing {  // of a folder that is looked into
    Folder folder;
    Fd open;
    std::vector<FolderEntry> entries;
    std::size_t at = 0;
  };

  void watch_until_stopped(const std::stop_token& stop);
  void begin_scan();
  void end_scan();
  [[nodiscard]] bool go_on();
  void look_into(Folder folder);
  [[nodiscard]] bool look_at(int dir, const std::string& path, const FolderEntry& entry, bool moved_in);
  void visit_later(const std::string& path, bool moved_in);
  void heed(const WatchHint& hint);
  void see_room();
  void wait(const std::stop_token& stop);
  void go_blind(const char* why, const std::string& folder);

  void start_taker();
  void begin_taking();
  void end_taking();
  void take_until_stopped(const std::stop_token& stop);
  [[nodiscard]] bool is_settled(Arrival& arrival);
  void take(const CallContext& context, Arrival arrival);
  void put_off(Arrival arrival, Millis by);
  void put_off_longer(Arrival arrival);
  void complain(const char* event, const std::string& key, const std::string& why, const std::string& about);
  enum class Say : std::uint8_t { kNothing, kIt, kThatThereAreMore };
  [[nodiscard]] Say what_to_say(const std::string& complaint);

  Posix& posix_;
  const int input_;
  Clock& clock_;
  Telemetry& telemetry_;
  const HotFolderOptions options_;
  const Adopt adopt_;
  const Accept accept_;

  Arrivals arrivals_;
  std::stop_source stop_;
  std::atomic<std::uint64_t> scans_{0};
  std::atomic<std::size_t> watches_{0};
  std::atomic<bool> blind_{false};

  // Of the watching thread.
  FolderWatch watch_;
  Fd wake_;
  std::vector<Folder> to_visit_;
  std::optional<Listing> listing_;
  bool full_ = false;          // there is no room for what the listing has next
  bool scan_waited_ = false;   // that was so in this scan
  bool hint_refused_ = false;  // there was no room for what a hint told: a scan finds it
  bool scanning_ = false;
  bool scan_again_ = true;
  bool blind_this_scan_ = false;
  MonoTime next_scan_{};

  std::mutex complaints_mutex_;
  std::map<std::string, MonoTime> complaints_;  // and when they were said; bounded
  MonoTime said_more_{};                        // when it was said that there are others

  mutable std::mutex takers_mutex_;
  unsigned takers_ = 0;
  unsigned free_takers_ = 0;           // of those, the ones that wait for something to take
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

// The files of the inbox that are ready now, without watching: for a gate that runs for one command.
[[nodiscard]] Result<std::vector<std::string>> ready_files(Posix& posix, int input, Clock& clock, Millis settle,
                                                           std::size_t depth = 64);

}  // namespace scalper
