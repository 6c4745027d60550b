#include "adapters/local/arrivals.h"

#include <algorithm>
#include <utility>

namespace scalper {
namespace {

constexpr Millis kLookAtClock{20};

}  // namespace

void Arrivals::schedule(Entries::iterator entry, MonoTime at) {
  entry->second.at = at;
  times_.emplace(at, entry->first);
  if (entry->second.put_off) put_off_.emplace(at, entry->first);
}

void Arrivals::unschedule(Entries::iterator entry) {
  times_.erase({entry->second.at, entry->first});
  put_off_.erase({entry->second.at, entry->first});
}

// The one that is to be looked at last has been in vain most often.
bool Arrivals::make_room() {
  if (put_off_.empty()) return false;
  const auto last = entries_.find(put_off_.rbegin()->second);
  unschedule(last);
  entries_.erase(last);
  return true;
}

bool Arrivals::offer(Arrival arrival, MonoTime at) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(arrival.path);
    if (known == entries_.end()) {
      if (entries_.size() >= most_ && !make_room()) {
        short_of_room_ = true;
        return false;
      }
      const std::string path = arrival.path;
      schedule(entries_.emplace(path, Entry{std::move(arrival)}).first, at);
    } else if (known->second.in_work) {
      Entry& entry = known->second;
      entry.at = entry.offered_meanwhile ? std::min(entry.at, at) : at;
      arrival.settled = arrival.settled || (entry.offered_meanwhile && entry.arrival.settled);
      entry.arrival = std::move(arrival);
      entry.offered_meanwhile = true;
      return true;
    } else {
      Entry& entry = known->second;
      entry.arrival.settled = entry.arrival.settled || arrival.settled;
      if (at >= entry.at) return true;
      unschedule(known);
      schedule(known, at);
    }
  }
  came_.notify_one();
  return true;
}

std::optional<Arrival> Arrivals::take_due() {
  if (times_.empty() || times_.begin()->first > clock_.mono_now()) return std::nullopt;
  const auto entry = entries_.find(times_.begin()->second);
  unschedule(entry);
  entry->second.in_work = true;
  return entry->second.arrival;
}

std::optional<Arrival> Arrivals::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (auto due = take_due()) return due;
    if (times_.empty())
      came_.wait(lock, stop, [&] { return !times_.empty(); });
    else
      came_.wait_for(lock, stop, kLookAtClock, [&] { return times_.begin()->first <= clock_.mono_now(); });
  }
  return std::nullopt;
}

void Arrivals::done(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(path);
  if (entry == entries_.end()) return;
  entry->second.in_work = false;
  if (!std::exchange(entry->second.offered_meanwhile, false)) {
    entries_.erase(entry);
    return;
  }
  entry->second.put_off = false;  // another file of that name
  schedule(entry, entry->second.at);
  came_.notify_one();
}

void Arrivals::later(Arrival arrival, MonoTime at) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(arrival.path);
  if (entry == entries_.end()) return;
  entry->second.in_work = false;
  entry->second.put_off = !entry->second.offered_meanwhile;
  if (std::exchange(entry->second.offered_meanwhile, false)) {
    schedule(entry, entry->second.at);
  } else {
    entry->second.arrival = std::move(arrival);
    schedule(entry, at);
  }
  came_.notify_one();
}

std::size_t Arrivals::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t Arrivals::due(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const MonoTime now = clock_.mono_now();
  std::size_t count = 0;
  for (auto at = times_.begin(); count < most && at != times_.end() && at->first <= now; ++at) ++count;
  return count;
}

bool Arrivals::has_room_again() {
  const std::lock_guard lock(mutex_);
  if (!short_of_room_ || entries_.size() - put_off_.size() > most_ / 2) return false;
  short_of_room_ = false;
  return true;
}

}  // namespace scalper
