#pragma once
// Names of the inbox that may be ready soon, each once, with the time at which to look at it.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "adapters/local/posix.h"
#include "ports/clock.h"

namespace scalper {

struct Arrival {
  std::string path;
  bool settled = false;                           // closed, moved in, or long unchanged: may be taken at once
  std::optional<FileStat> before = std::nullopt;  // as it was when it was last looked at
  std::uint32_t tries = 0;                        // that did not take it
};

// Thread-safe. A name that somebody looks at is not given to another; what is offered meanwhile is kept. Where there is
// no room, a name that was looked at and put off gives way to a new one, and is found again by a scan: what cannot be
// taken must not keep out what can.
class Arrivals {
 public:
  Arrivals(Clock& clock, std::size_t most) : clock_(clock), most_(most) {}

  // A known name keeps the earlier time, and stays settled once it was. False: there is no room but for names that
  // nobody has looked at yet.
  [[nodiscard]] bool offer(Arrival arrival, MonoTime at);

  // Waits for a name whose time has come. nullopt: the token fired.
  [[nodiscard]] std::optional<Arrival> next(const std::stop_token& stop);
  // Ends what next() began: taken or not to be taken.
  void done(const std::string& path);
  // Ends it too: to be looked at again.
  void later(Arrival arrival, MonoTime at);

  // Names that wait or are looked at.
  [[nodiscard]] std::size_t size() const;
  // Of those that wait, the ones whose time has come; counted up to `most`.
  [[nodiscard]] std::size_t due(std::size_t most) const;
  // Room was refused to somebody, and half of it is free now, or held by names that give way; answers true once.
  [[nodiscard]] bool has_room_again();

 private:
  struct Entry {
    Arrival arrival;
    MonoTime at{};
    bool in_work = false;
    bool put_off = false;            // gives way
    bool offered_meanwhile = false;  // `arrival` and `at` are of that offer
  };
  using Entries = std::unordered_map<std::string, Entry>;

  void schedule(Entries::iterator entry, MonoTime at);
  void unschedule(Entries::iterator entry);
  [[nodiscard]] bool make_room();
  [[nodiscard]] std::optional<Arrival> take_due();

  Clock& clock_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable_any came_;
  Entries entries_;
  std::set<std::pair<MonoTime, std::string>> times_;    // of those that are not in work
  std::set<std::pair<MonoTime, std::string>> put_off_;  // of those, the ones that give way
  bool short_of_room_ = false;
};

}  // namespace scalper
