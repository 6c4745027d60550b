// Final verdicts as they come: server-sent events (WHATWG HTML, 9.2), one CloudEvent each.

#include <charconv>
#include <memory>
#include <utility>

#include "api/answers.h"
#include "api/event_pages.h"
#include "api/routes.h"

namespace scalper::api {
namespace {

constexpr std::uint64_t kLongest = 600;  // seconds; then a reader comes again, and is known again or not
// Bytes after which a piece ends with the event that it has begun: a reader that takes none holds no more than that.
constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr std::size_t kMostDigits = 18;  // of the id of an event
constexpr const char* kEventStream = "text/event-stream";

// What one reader has got so far.
struct Reader {
  EventPages& pages;
  std::string prefix;
  std::uint64_t position = 0;
  std::uint64_t told = 0;  // the last id that went out
  bool begun = false;
};

// A reader that was told of a gap looks at the list of files, which has all of them.
std::string gap_event(std::uint64_t number) { return "event: gap\nid: " + std::to_string(number) + "\ndata: {}\n\n"; }

// No event, but the place to come again to.
std::string place_at(Reader& reader, std::uint64_t number) {
  reader.told = number;
  return "id: " + std::to_string(number) + "\n\n";
}

Result<Follow::Piece> next_of(Reader& reader, const CallContext& context) {
  SCALPER_TRY_ASSIGN(const auto page, reader.pages.after(context, reader.position));
  Follow::Piece piece;
  // A place to come again to, before the first event; and how soon, in milliseconds.
  if (!std::exchange(reader.begun, true)) piece.text = "retry: 2000\n" + place_at(reader, reader.position);
  if (page->gap) piece.text += gap_event(page->events.empty() ? page->read_to : page->events.front().number - 1);
  for (const ToldEvent& event : page->events) {
    reader.position = event.number;
    if (!event.key.starts_with(reader.prefix)) continue;
    piece.text += event.text;
    reader.told = event.number;
    piece.more = piece.text.size() >= kPiece;
    if (piece.more) return piece;
  }
  reader.position = page->read_to;
  piece.more = page->full;
  // What was looked through once is not looked through again; and that a reader has left shows only by writing.
  if (reader.told != reader.position) piece.text += place_at(reader, reader.position);
  return piece;
}

// Where to begin: behind what the reader says he has, else behind all that there is.
Result<std::uint64_t> beginning(const Call& call, EventPages& pages) {
  std::string chosen;
  for (const std::string& text : {call.parameter("after"), std::string(call.head.header("last-event-id"))}) {
    if (text.find_first_not_of("0123456789") != std::string::npos || text.size() > kMostDigits)
      return bad_parameter("after", "the id of an event, as Last-Event-ID");
    if (!text.empty()) chosen = text;
  }
  if (chosen.empty()) return pages.newest(call.context);
  std::uint64_t number = 0;
  std::from_chars(chosen.data(), chosen.data() + chosen.size(), number);
  return number;
}

Result<Reply> events(const Call& call, EventPages& pages) {
  SCALPER_TRY_ASSIGN(const std::uint64_t wait, number_parameter(call, "wait", kLongest, 0, kLongest));
  const auto reader = std::make_shared<Reader>(Reader{pages, call.parameter("prefix")});
  SCALPER_TRY_ASSIGN(reader->position, beginning(call, pages));
  return Reply(Follow{kEventStream, [reader](const CallContext& context) { return next_of(*reader, context); }, ":\n\n",
                      std::chrono::seconds(wait)});
}

}  // namespace

Reply get_events(const Call& call) {
  EventPages* const pages = call.service.events;
  if (pages == nullptr)
    return problem(404, "no_such_path", "no answer of this host goes on; EventBridge, SNS and webhooks tell verdicts");
  return reply_of(events(call, *pages));
}

}  // namespace scalper::api
