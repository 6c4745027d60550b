#include "api/event_pages.h"

#include <algorithm>
#include <utility>

#include "model/notice_event.h"

namespace scalper::api {
namespace {

constexpr std::size_t kPage = 20;
constexpr std::size_t kKept = 8;
constexpr std::size_t kMostEvent = std::size_t{32} * 1024;  // bytes; a longer one says what was cut

ToldEvent event_of(const ToldNotice& told, const std::string& pipeline) {
  return {told.number, told.notice.record.origin.key.value(),
          "id: " + std::to_string(told.number) +
              "\ndata: " + notice_event(told.notice.id, pipeline, told.notice.record, kMostEvent).text + "\n\n"};
}

}  // namespace

// A page that is not full is as long as what was there then: it counts while nothing new was told.
std::shared_ptr<const EventPage> EventPages::kept(std::uint64_t number, std::uint64_t newest) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      pages_, [&](const Kept& kept) { return kept.after == number && (kept.page->full || kept.newest == newest); });
  return found == pages_.end() ? nullptr : found->page;
}

Result<std::shared_ptr<const EventPage>> EventPages::read(const CallContext& context, std::uint64_t number) {
  SCALPER_TRY_ASSIGN(const NoticePage notices, feed_.after(context, number, kPage));
  auto page = std::make_shared<EventPage>();
  page->read_to = notices.read_to;
  page->gap = notices.gap;
  page->full = notices.notices.size() == kPage;
  for (const ToldNotice& told : notices.notices) page->events.push_back(event_of(told, pipeline_));
  return std::shared_ptr<const EventPage>(std::move(page));
}

Result<std::shared_ptr<const EventPage>> EventPages::after(const CallContext& context, std::uint64_t number) {
  // Asked first: what is told in between makes the page that is read newer than it says, never older.
  SCALPER_TRY_ASSIGN(const std::uint64_t newest, feed_.newest(context));
  if (auto page = kept(number, newest)) return page;
  SCALPER_TRY_ASSIGN(auto page, read(context, number));
  const std::lock_guard lock(mutex_);
  std::erase_if(pages_, [&](const Kept& kept) { return kept.after == number; });
  pages_.push_back({number, newest, page});
  if (pages_.size() > kKept) pages_.pop_front();
  return page;
}

}  // namespace scalper::api
