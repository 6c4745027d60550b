// A request whose route reads its body as it comes, on a thread of its own. The route may answer before the body's end;
// then the rest is not read, and the connection ends.

#include <memory>

#include "api/problem.h"
#include "hosts/server/body_stream.h"
#include "hosts/server/server_state.h"

namespace scalper::server {

// What the two threads of one request share. Everything but `body` belongs to the sockets' thread.
struct Asked : std::enable_shared_from_this<Asked> {
  explicit Asked(net::io_context& io) : changed(io), limit(io), body([this, &io] { wake(io); }) {}
  net::steady_timer changed;  // never fires: cancelled when there is something to do
  net::steady_timer limit;
  std::optional<api::Reply> reply;
  Stream* reading = nullptr;  // a read that waits, to be cancelled
  bool timed_out = false;
  BodyStream body;

  void wake(net::io_context& io) {
    net::post(io, [asked = shared_from_this()] { asked->changed.cancel(); });
  }
  void stop_reading() const {
    if (reading != nullptr) reading->cancel();
  }
};

namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr milliseconds kLinger{2000};

// However the coroutine ends, the route does not wait for more, and nobody cancels a stream that is gone.
struct Ending {
  explicit Ending(std::shared_ptr<Asked> what) : asked(std::move(what)) {}
  ~Ending() {
    asked->reading = nullptr;
    asked->limit.cancel();
    asked->body.end(Error(ErrorCode::kUnavailable, "the connection ended"));
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  std::shared_ptr<Asked> asked;
};

struct Counted {
  explicit Counted(std::size_t& of) : count(of) { ++count; }
  ~Counted() { --count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::size_t& count;
};

// How long a sender may be waited for: by what has come of it.
struct Patience {
  const ServerLimits& limits;
  std::uint64_t received = 0;
  milliseconds waited{0};

  [[nodiscard]] milliseconds left() const {
    const milliseconds earned{received / std::max<std::uint64_t>(limits.stream_rate / 1000, 1)};
    return std::clamp(limits.stream_start + earned - waited, milliseconds{0}, limits.stream_pause);
  }
};

bool is_gone(const error_code& failed) {
  return failed == http::error::end_of_stream || failed == http::error::partial_message ||
         failed.category() != http::make_error_code(http::error::bad_line_ending).category();
}

Error why_no_more(const error_code& failed, bool timed_out) {
  if (timed_out) return {ErrorCode::kTimeout, "the body came too slowly"};
  if (is_gone(failed)) return {ErrorCode::kCorrupt, "the body broke off"};
  return {ErrorCode::kInvalidArgument, "the body is no HTTP/1.1: " + failed.message()};
}

// One piece of the body, at most; nothing where the chunked coding had only its own lines. It ends with what it was
// given where `limit` is over or the route has answered.
net::awaitable<std::pair<std::vector<std::byte>, error_code>> read_piece(
    const std::shared_ptr<Asked>& asked, Stream& stream, beast::flat_buffer& buffer,
    http::request_parser<http::buffer_body>& parser, milliseconds at_most) {
  std::vector<std::byte> piece(kPiece);
  auto& body = parser.get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  asked->reading = &stream;
  asked->limit.expires_after(at_most);
  asked->limit.async_wait([asked](const error_code& cancelled) {
    if (cancelled || asked->reading == nullptr) return;
    asked->timed_out = true;
    asked->stop_reading();
  });
  auto [failed, got] = co_await http::async_read_some(stream, buffer, parser, kTuple);
  asked->reading = nullptr;
  asked->limit.cancel();
  piece.resize(piece.size() - parser.get().body().size);
  if (failed == http::error::need_buffer) failed = {};
  co_return std::pair{std::move(piece), failed};
}

}  // namespace

net::awaitable<void> Server::State::linger(Connection& connection) const {
  error_code ignored;
  connection.stream.socket().shutdown(net::socket_base::shutdown_send, ignored);
  connection.stream.expires_after(kLinger);
  std::vector<std::byte> piece(kPiece);
  for (;;) {
    auto [failed, got] = co_await connection.stream.async_read_some(net::buffer(piece), kTuple);
    if (failed) co_return;
  }
}

net::awaitable<error_code> Server::State::pump(Connection& connection, beast::flat_buffer& buffer,
                                               http::request_parser<http::buffer_body>& parser,
                                               const std::shared_ptr<Asked>& asked) const {
  bool expects = parser.get().version() >= 11 && beast::iequals(parser.get()[http::field::expect], "100-continue");
  Patience patience{options.limits};
  error_code broken;
  while (!asked->reply) {
    if (!asked->body.wants()) {
      asked->changed.expires_at(Steady::time_point::max());
      co_await asked->changed.async_wait(kTuple);
      continue;
    }
    if (std::exchange(expects, false)) {
      auto [unsent, sent] = co_await net::async_write(connection.stream, net::buffer(kContinue), kTuple);
      if (unsent) broken = unsent;
    }
    if (!broken && !parser.is_done()) {
      const auto before = Steady::now();
      auto [piece, failed] = co_await read_piece(asked, connection.stream, buffer, parser, patience.left());
      patience.waited += std::chrono::duration_cast<milliseconds>(Steady::now() - before);
      patience.received += piece.size();
      broken = failed;
      if (!piece.empty()) asked->body.put(std::move(piece));
    }
    if (broken) asked->body.end(why_no_more(broken, asked->timed_out));
    if (!broken && parser.is_done()) asked->body.end();
  }
  co_return broken;
}

net::awaitable<bool> Server::State::serve_stream(Connection& connection, beast::flat_buffer& buffer,
                                                 http::request_parser<http::empty_body>& begun, api::RequestHead head,
                                                 std::string request_id) {
  http::request_parser<http::buffer_body> parser(std::move(begun));
  parser.body_limit(boost::none);  // the route has its own
  connection.stream.expires_never();
  const auto asked = std::make_shared<Asked>(io);
  const Ending ending(asked);
  CallContext context = context_for(head.role, request_id);
  context.deadline = MonoTime::max();
  const Counted one(streams_of[head.caller]);
  const bool begins = one.count <= std::max<std::size_t>(options.limits.streams / 2, 1) &&
                      stream_threads.run([this, asked, head = std::move(head), context] {
                        auto reply = std::make_shared<api::Reply>(handler(head, asked->body, context));
                        net::post(io, [asked, reply] {
                          asked->reply = std::move(*reply);
                          asked->changed.cancel();
                          asked->stop_reading();
                        });
                      });
  error_code broken;
  if (begins) {
    broken = co_await pump(connection, buffer, parser, asked);
  } else {
    asked->reply = api::too_many_uploads();
  }
  if (asked->timed_out) asked->reply = api::problem(408, "too_slow", "the body came too slowly, nothing was accepted");
  const bool whole = parser.is_done() && !broken;
  if (broken && is_gone(broken) && !asked->timed_out && broken != net::error::operation_aborted) co_return false;
  const bool keep_alive = whole && parser.get().keep_alive() && !stopping.stop_requested();
  const error_code unsent = co_await write(connection, false, *std::move(asked->reply), request_id, keep_alive);
  if (!unsent && !whole) co_await linger(connection);
  co_return !unsent && keep_alive;
}

}  // namespace scalper::server
