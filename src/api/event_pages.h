#pragma once
// Final verdicts as events, read once for all who follow: most of them have read as far as each other, and what one
// was given is what the next one asks for. Safe from many threads; memory is bounded by kKept pages.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ports/notice_feed.h"

namespace scalper::api {

struct ToldEvent {
  std::uint64_t number = 0;
  std::string key;
  std::string text;  // the lines of one server-sent event with the empty one at its end
};

struct EventPage {
  std::vector<ToldEvent> events;
  std::uint64_t read_to = 0;  // where the next page begins
  bool gap = false;           // before these some may be missing
  bool full = false;          // there may be more
};

class EventPages {
 public:
  // The feed outlives it. `pipeline` names the gate in the events.
  EventPages(NoticeFeed& feed, std::string pipeline) : feed_(feed), pipeline_(std::move(pipeline)) {}

  // Errors are the feed's.
  [[nodiscard]] Result<std::uint64_t> newest(const CallContext& context) { return feed_.newest(context); }
  [[nodiscard]] Result<std::shared_ptr<const EventPage>> after(const CallContext& context, std::uint64_t number);

 private:
  struct Kept {
    std::uint64_t after = 0;
    std::uint64_t newest = 0;  // when it was read
    std::shared_ptr<const EventPage> page;
  };

  [[nodiscard]] std::shared_ptr<const EventPage> kept(std::uint64_t number, std::uint64_t newest);
  [[nodiscard]] Result<std::shared_ptr<const EventPage>> read(const CallContext& context, std::uint64_t number);

  NoticeFeed& feed_;
  const std::string pipeline_;
  std::mutex mutex_;
  std::deque<Kept> pages_;  // the newest last
};

}  // namespace scalper::api
