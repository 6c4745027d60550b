// Answers that go on. Between its pieces one costs a timer and no thread.

#include "hosts/server/server_state.h"

namespace scalper::server {
namespace {

constexpr std::chrono::seconds kIdle{15};  // below what proxies take for dead, mostly 60 s
// However much there still is: then a reader comes again, and is known again or not.
constexpr std::chrono::minutes kLongest{10};
constexpr std::chrono::milliseconds kGather{100};  // what becomes final in that time is read at once

struct OnList {
  std::list<Waiter*>& list;
  std::list<Waiter*>::iterator place;
  OnList(std::list<Waiter*>& followers, Waiter& waiter)
      : list(followers), place(followers.insert(followers.end(), &waiter)) {}
  ~OnList() { list.erase(place); }
  OnList(const OnList&) = delete;
  OnList& operator=(const OnList&) = delete;
};

}  // namespace

net::awaitable<error_code> Server::State::write_follow(Connection& connection, http::response<http::empty_body> head,
                                                       api::Follow follow, bool head_only) {
  Waiter waiter(io);
  const OnList place(followers, waiter);  // before anything is sent: as many begin as there are places for
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  auto [failed, sent] = co_await http::async_write_header(connection.stream, serializer, kTuple);
  if (failed || head_only) co_return failed;
  co_return co_await write_pieces(connection, std::move(follow), waiter);
}

net::awaitable<error_code> Server::State::write_pieces(Connection& connection, api::Follow follow, Waiter& waiter) {
  const auto begun = std::chrono::steady_clock::now();
  const auto until = begun + follow.at_most;
  net::steady_timer gather(io);
  for (bool woken = true;;) {
    waiter.notified = false;
    const CallContext context = context_for(api::Role::kViewer, {});
    Result<api::Follow::Piece> piece = *co_await blocking(pool, [&] { return std::optional(follow.next(context)); });
    // It breaks off: whoever reads comes again, and goes on where he was.
    if (!piece.ok() && !stopping.stop_requested()) co_return make_error_code(net::error::connection_aborted);
    if (!piece.ok()) piece = api::Follow::Piece{};
    if (piece->text.empty() && !woken && !stopping.stop_requested()) piece->text = follow.idle;
    connection.stream.expires_after(options.limits.write);
    if (!piece->text.empty()) {
      auto [unsent, sent] =
          co_await net::async_write(connection.stream, http::make_chunk(net::buffer(piece->text)), kTuple);
      if (unsent) co_return unsent;
    }
    const auto now = std::chrono::steady_clock::now();
    if (piece->more && now < begun + kLongest && !stopping.stop_requested()) continue;
    if (now >= until || stopping.stop_requested()) {
      auto [unsent, sent] = co_await net::async_write(connection.stream, http::make_chunk_last(), kTuple);
      co_return unsent;
    }
    connection.stream.expires_never();
    if (!waiter.notified) {
      waiter.timer.expires_at(std::min(until, now + kIdle));
      co_await waiter.timer.async_wait(kTuple);
    }
    woken = waiter.notified;
    if (!woken) continue;
    gather.expires_after(kGather);
    co_await gather.async_wait(kTuple);
  }
}

}  // namespace scalper::server
