#include "adapters/local/hot_folder.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kMostComplaints = 1000;
constexpr Millis kComplainAgain{std::chrono::minutes{5}};
constexpr Millis kLongScan{1000};
constexpr Millis kShortestWait{10};
constexpr unsigned kFirstTakers = 4;

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

std::size_t depth_of(const std::string& path) {
  return path.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

// Nobody changed it for that long, by the wall clock; a clock that was set back says nothing.
bool is_old(const FileStat& st, WallTime now, Millis settle) {
  const Millis age = now.time_since_epoch() - std::chrono::floor<Millis>(std::chrono::nanoseconds{st.ctime_ns});
  return age >= settle;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

// `code` below 0: why it could not be opened.
Fd open_folder(Posix& posix, int input, const std::string& path, int& code) {
  code = path.empty() ? posix.open(input, ".", OpenFor::kFolder) : posix.open_beneath(input, path, OpenFor::kFolder);
  return code < 0 ? Fd() : Fd(code);
}

int stat_beneath(Posix& posix, int input, const std::string& path, FileStat& st) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return posix.stat_at(input, path, st);
  int code = 0;
  const Fd folder = open_folder(posix, input, path.substr(0, slash), code);
  return folder.is_open() ? posix.stat_at(folder.get(), path.substr(slash + 1), st) : -ENOENT;
}

}  // namespace

HotFolder::HotFolder(Posix& posix, int input, Clock& clock, Telemetry& telemetry, HotFolderOptions options, Adopt adopt,
                     Accept accept)
    : posix_(posix),
      input_(input),
      clock_(clock),
      telemetry_(telemetry),
      options_(options),
      adopt_(std::move(adopt)),
      accept_(std::move(accept)),
      arrivals_(clock, options.waiting),
      watch_(options.watches),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // From here on, not from the first scan: who was told that the gate is up may send at once, and what only a scan
  // finds waits for the settle time. Where it cannot be watched the scan says so.
  if (watch_.works()) (void)watch_.add(input_, {});
}

HotFolder::~HotFolder() { stop(); }

void HotFolder::start() {
  threads_.emplace_back([this, stop = stop_.get_token()] { watch_until_stopped(stop); });
  const std::lock_guard lock(takers_mutex_);
  while (takers_ < std::min(options_.takers, kFirstTakers)) start_taker();
}

// Holds the mutex.
void HotFolder::start_taker() {
  threads_.emplace_back([this, stop = stop_.get_token()] { take_until_stopped(stop); });
  takers_ += 1;
  free_takers_ += 1;
}

// A taker has something to do. There are as many others as names are due besides, and one at least: a burst finds all
// takers at once, and a gate that idles holds few threads and their memory.
void HotFolder::begin_taking() {
  const std::lock_guard lock(takers_mutex_);
  free_takers_ -= 1;
  if (takers_ >= options_.takers || stop_.stop_requested()) return;
  const std::size_t wanted = std::max<std::size_t>(arrivals_.due(options_.takers), 1);
  try {
    while (free_takers_ < wanted && takers_ < options_.takers) start_taker();
  } catch (const std::system_error&) {  // no more threads to be had: those that are there do all
  }
}

void HotFolder::end_taking() {
  const std::lock_guard lock(takers_mutex_);
  free_takers_ += 1;
}

void HotFolder::begin_stop() {
  stop_.request_stop();
  if (wake_.is_open()) ::eventfd_write(wake_.get(), 1);
}

void HotFolder::stop() {
  begin_stop();
  std::vector<std::jthread> ending;
  {
    const std::lock_guard lock(takers_mutex_);  // after it no taker starts another
    ending.swap(threads_);
  }
}

HotFolderState HotFolder::state() const {
  const std::lock_guard lock(takers_mutex_);
  return {scans_, arrivals_.size(), watches_, blind_, takers_};
}

// Looking: one thread.

void HotFolder::watch_until_stopped(const std::stop_token& stop) {
  if (!watch_.works()) go_blind("no_inotify", {});
  while (!stop.stop_requested()) {
    if (watch_.works()) watch_.read([this](const WatchHint& hint) { heed(hint); });
    see_room();
    if (!scanning_ && (scan_again_ || clock_.mono_now() >= next_scan_)) begin_scan();
    if (!full_ && go_on()) continue;
    if (!full_ && scanning_) end_scan();
    wait(stop);
  }
}

void HotFolder::see_room() {
  if (!arrivals_.has_room_again()) return;
  full_ = false;
  if (std::exchange(hint_refused_, false)) scan_again_ = true;
}

// False: everything was looked at.
bool HotFolder::go_on() {
  if (!listing_) {
    if (to_visit_.empty()) return false;
    Folder folder = std::move(to_visit_.back());
    to_visit_.pop_back();
    look_into(std::move(folder));
    return true;
  }
  for (; listing_->at < listing_->entries.size(); ++listing_->at) {
    const FolderEntry& entry = listing_->entries[listing_->at];
    const Folder& folder = listing_->folder;
    if (look_at(listing_->open.get(), joined(folder.path, entry.name), entry, folder.moved_in)) continue;
    full_ = scan_waited_ = true;  // gone on with here, so that those at the end have their turn
    return true;
  }
  listing_.reset();
  return true;
}

void HotFolder::begin_scan() {
  scanning_ = true;
  scan_again_ = false;
  scan_waited_ = false;
  blind_this_scan_ = !watch_.works();
  to_visit_.push_back({});
  next_scan_ = clock_.mono_now();
}

void HotFolder::end_scan() {
  scanning_ = false;
  blind_ = blind_this_scan_;
  ++scans_;
  // A scan that takes long, and does not only wait, is not begun again at once.
  const Millis took = scan_waited_ ? Millis{0} : clock_.mono_now() - next_scan_;
  next_scan_ = clock_.mono_now() + std::max(blind_ ? options_.scan_blind : options_.scan, 10 * took);
  if (took >= kLongScan)
    telemetry_.log({LogLevel::kInfo, "inbox_scanned", {{"duration_ms", std::int64_t{took.count()}}}});
}

void HotFolder::wait(const std::stop_token& stop) {
  if ((scan_again_ && !full_) || stop.stop_requested()) return;
  const Millis left = full_ ? kShortestWait : std::clamp(next_scan_ - clock_.mono_now(), Millis{0}, options_.look);
  pollfd ready[] = {{wake_.get(), POLLIN, 0}, {watch_.descriptor(), POLLIN, 0}};
  ::poll(ready, watch_.works() ? 2 : 1, static_cast<int>(left.count()));
}

void HotFolder::go_blind(const char* why, const std::string& folder) {
  blind_this_scan_ = true;
  if (blind_.exchange(true)) return;
  telemetry_.log({LogLevel::kWarning, "inbox_not_watched", {{"reason", std::string(why)}, {"key", folder}}});
}

void HotFolder::look_into(Folder folder) {
  int code = 0;
  Fd open = open_folder(posix_, input_, folder.path, code);
  if (code == -EACCES || code == -EPERM)
    complain("inbox_unreadable", folder.path, "no permission to look into this folder", folder.path);
  if (code < 0) return;  // gone, or no folder any more
  if (watch_.works() && !watch_.add(open.get(), folder.path)) go_blind("too_many_folders", folder.path);
  watches_ = watch_.folders();
  std::vector<FolderEntry> entries;
  if (code = posix_.list(open.get(), entries); code < 0)
    return complain("inbox_unreadable", folder.path, posix_error(code, "listing the inbox").message(), folder.path);
  listing_.emplace(Listing{std::move(folder), std::move(open), std::move(entries)});
}

// False: there is no room for more.
bool HotFolder::look_at(int dir, const std::string& path, const FolderEntry& entry, bool moved_in) {
  if (is_ignored_in_inbox(entry.name)) return true;
  if (entry.kind_known && entry.kind != FileKind::kFolder && entry.kind != FileKind::kRegular) return true;
  FileStat st;
  if (posix_.stat_at(dir, entry.name, st) < 0) return true;
  if (st.kind == FileKind::kFolder) visit_later(path, moved_in);
  if (st.kind != FileKind::kRegular) return true;
  const bool settled = moved_in || is_old(st, clock_.wall_now(), options_.settle);
  return arrivals_.offer({path, settled, st}, clock_.mono_now() + (settled ? Millis{0} : options_.settle));
}

void HotFolder::visit_later(const std::string& path, bool moved_in) {
  if (depth_of(path) < options_.depth) return to_visit_.push_back({path, moved_in});
  complain("inbox_too_deep", path, "folders this deep are not looked into", path);
}

// Where there is no room for what a hint tells, a scan finds it later.
void HotFolder::heed(const WatchHint& hint) {
  if (hint.what != WatchHint::What::kLost && is_ignored_in_inbox(hint.path)) return;
  switch (hint.what) {
    case WatchHint::What::kFileReady:
      if (!arrivals_.offer({hint.path, true}, clock_.mono_now())) hint_refused_ = true;
      break;
    case WatchHint::What::kFileMade:
      if (!arrivals_.offer({hint.path, false}, clock_.mono_now() + options_.settle)) hint_refused_ = true;
      break;
    case WatchHint::What::kFolderMade: visit_later(hint.path, false); break;
    case WatchHint::What::kFolderMovedIn: visit_later(hint.path, true); break;
    case WatchHint::What::kLost: scan_again_ = true; break;
  }
}

// Taking: several threads.

void HotFolder::take_until_stopped(const std::stop_token& stop) {
  CallContext context;
  context.stop = stop;
  while (auto arrival = arrivals_.next(stop)) {
    begin_taking();
    if (arrival->settled || is_settled(*arrival))
      take(context, *std::move(arrival));
    else
      put_off(*std::move(arrival), options_.settle);
    end_taking();
  }
}

bool HotFolder::is_settled(Arrival& arrival) {
  FileStat st;
  if (stat_beneath(posix_, input_, arrival.path, st) < 0) return true;  // adopt() knows what to make of it
  const bool unchanged = arrival.before && st.is_unchanged_since(*arrival.before);
  arrival.before = st;
  return unchanged || is_old(st, clock_.wall_now(), options_.settle);
}

void HotFolder::take(const CallContext& context, Arrival arrival) {
  const auto adoption = adopt_(context, arrival.path);
  if (!adoption.ok()) {
    if (!context.stop.stop_requested())
      complain("adopt_failed", arrival.path, adoption.error().message(),
               std::string(to_string(adoption.error().code())) + ":" + folder_of(arrival.path));
    return put_off_longer(std::move(arrival));
  }
  if (const auto* adopted = std::get_if<Adopted>(&*adoption)) {
    arrivals_.done(arrival.path);  // its name is free: the next file of that name need not wait for this one
    return accept_(context, adopted->event);
  }
  if (const auto* ignored = std::get_if<Ignored>(&*adoption)) {
    if (ignored->why == Ignored::Why::kLongName)
      complain("inbox_name_too_long", arrival.path, "a path has at most 1,024 bytes", arrival.path);
    return arrivals_.done(arrival.path);
  }
  const auto why = std::get<NotYet>(*adoption).why;
  if (why == NotYet::Why::kChanged) {
    arrival.settled = false;
    arrival.before.reset();
    return put_off(std::move(arrival), options_.settle);
  }
  if (why == NotYet::Why::kUnreadable)
    complain("inbox_unreadable", arrival.path, "no permission to read it", arrival.path);
  put_off_longer(std::move(arrival));
}

void HotFolder::put_off(Arrival arrival, Millis by) {
  const MonoTime at = clock_.mono_now() + std::max(by, kShortestWait);
  arrivals_.later(std::move(arrival), at);
}

void HotFolder::put_off_longer(Arrival arrival) {
  const Millis by = std::max(options_.settle, kShortestWait) * (1LL << std::min(arrival.tries, 16U));
  ++arrival.tries;
  put_off(std::move(arrival), std::min(by, options_.longest_wait));
}

// Once for each of what it is about, and again after a while. `key`: the first one that it happened to.
void HotFolder::complain(const char* event, const std::string& key, const std::string& why, const std::string& about) {
  const Say say = what_to_say(event + (":" + about));
  if (say == Say::kIt) telemetry_.log({LogLevel::kWarning, event, {{"key", key}, {"error", why}}});
  if (say == Say::kThatThereAreMore)
    telemetry_.log({LogLevel::kWarning, "inbox_more_complaints", {{"error", "there are more like those before"}}});
}

// Of thousands at a time one line says that there are others.
HotFolder::Say HotFolder::what_to_say(const std::string& complaint) {
  const MonoTime now = clock_.mono_now();
  const std::lock_guard lock(complaints_mutex_);
  const auto said = complaints_.find(complaint);
  if (said != complaints_.end() && now - said->second < kComplainAgain) return Say::kNothing;
  if (said == complaints_.end() && complaints_.size() >= kMostComplaints)
    std::erase_if(complaints_, [&](const auto& other) { return now - other.second >= kComplainAgain; });
  if (said == complaints_.end() && complaints_.size() >= kMostComplaints) {
    if (said_more_ != MonoTime{} && now - said_more_ < kComplainAgain) return Say::kNothing;
    said_more_ = now;
    return Say::kThatThereAreMore;
  }
  complaints_[complaint] = now;
  return Say::kIt;
}

Result<std::vector<std::string>> ready_files(Posix& posix, int input, Clock& clock, Millis settle, std::size_t depth) {
  std::vector<std::string> ready;
  std::vector<std::string> to_visit{""};
  while (!to_visit.empty()) {
    const std::string folder = std::move(to_visit.back());
    to_visit.pop_back();
    int code = 0;
    const Fd open = open_folder(posix, input, folder, code);
    std::vector<FolderEntry> entries;
    code = open.is_open() ? posix.list(open.get(), entries) : 0;
    if (code < 0) return posix_error(code, "listing the inbox");
    for (const FolderEntry& entry : entries) {
      FileStat st;
      if (is_ignored_in_inbox(entry.name) || posix.stat_at(open.get(), entry.name, st) < 0) continue;
      std::string path = joined(folder, entry.name);
      if (st.kind == FileKind::kRegular && is_old(st, clock.wall_now(), settle))
        ready.push_back(std::move(path));
      else if (st.kind == FileKind::kFolder && depth_of(path) < depth)
        to_visit.push_back(std::move(path));
    }
  }
  return ready;
}

}  // namespace scalper
