// One connection: requests read, asked, answered, one after the other.

#include <array>
#include <cctype>

#include "api/handle.h"
#include "api/problem.h"
#include "base/bytes.h"
#include "hosts/server/server_state.h"
#include "ports/memory_source.h"

namespace scalper::server {
namespace {

// A waiter that nobody notifies looks by itself: after a second, and where many wait a hundred looks a second in all.
constexpr std::chrono::milliseconds kLookAgain{1000};
constexpr std::chrono::milliseconds kBetweenLooks{10};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What became of a request that could not be read: a problem, or nothing where nobody listens any more.
std::optional<api::Reply> refusal(const error_code& failed) {
  if (failed == http::error::header_limit)
    return api::problem(431, "header_too_large", "the header is longer than it may be");
  if (failed == http::error::body_limit)
    return api::problem(413, "body_too_large", "the body is longer than it may be");
  const bool gone = failed == http::error::end_of_stream || failed == http::error::partial_message;
  if (!gone && failed.category() == http::make_error_code(http::error::bad_line_ending).category())
    return api::problem(400, "bad_request", "this is no HTTP/1.1 request: " + failed.message());
  return std::nullopt;
}

// Counted while it may be in memory.
struct HeldBody {
  HeldBody(std::uint64_t& of_all, std::uint64_t size) : all(of_all), bytes(size) { all += bytes; }
  ~HeldBody() { all -= bytes; }
  HeldBody(const HeldBody&) = delete;
  HeldBody& operator=(const HeldBody&) = delete;
  std::uint64_t& all;
  const std::uint64_t bytes;
};

api::Headers headers_of(const http::fields& request) {
  api::Headers headers;
  for (const auto& field : request) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto [at, added] = headers.emplace(std::move(name), field.value());
    if (!added) at->second.append(", ").append(field.value());
  }
  return headers;
}

}  // namespace

net::awaitable<void> Server::State::serve(std::list<Connection>::iterator connection) {
  beast::flat_buffer buffer(options.limits.header_bytes + kPiece);
  connection->stream.expires_after(options.limits.header);
  if (connection->tls != nullptr && co_await connection->stream.start_tls(std::move(connection->tls))) co_return;
  while (!stopping.stop_requested()) {
    connection->stream.expires_after(options.limits.idle);
    if (buffer.size() == 0) {
      auto [failed, got] = co_await connection->stream.async_read_some(buffer.prepare(1024), kTuple);
      if (failed) break;
      buffer.commit(got);
    }
    if (!co_await serve_one(*connection, buffer)) break;
  }
  connection->stream.expires_after(options.limits.header);
  co_await connection->stream.end_tls();
  error_code ignored;
  connection->stream.socket().shutdown(net::socket_base::shutdown_both, ignored);
}

net::awaitable<error_code> Server::State::read_body(Connection& connection, beast::flat_buffer& buffer,
                                                    http::request_parser<http::string_body>& parser) const {
  connection.stream.expires_after(options.limits.body);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    auto [broken, sent] = co_await net::async_write(connection.stream, net::buffer(kContinue), kTuple);
    if (broken) co_return broken;
  }
  auto [unread, all] = co_await http::async_read(connection.stream, buffer, parser, kTuple);
  co_return unread;
}

api::RequestHead Server::State::head_of(const http::request_header<>& request) {
  api::RequestHead head;
  head.method = request.method() == http::verb::head ? "GET" : std::string(request.method_string());
  head.target = request.target();
  head.role = api::Role::kNone;
  head.headers = headers_of(request);
  return head;
}

// An answer before the body was read, or instead of it: then the connection ends.
net::awaitable<void> Server::State::turn_away(Connection& connection, const api::RequestHead& head, bool head_only,
                                              std::optional<api::Reply> reply, std::string request_id) {
  if (!reply) co_return;
  if (options.on_turned_away) options.on_turned_away(head, api::status_of(*reply), request_id);
  const error_code unsent = co_await write(connection, head_only, *std::move(reply), request_id, false);
  if (!unsent) co_await linger(connection);
}

// False: the connection ends.
net::awaitable<bool> Server::State::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  http::request_parser<http::empty_body> begun;
  begun.header_limit(options.limits.header_bytes);
  begun.body_limit(boost::none);  // until it is known who asks
  connection.stream.expires_after(options.limits.header);
  auto [unread, got] = co_await http::async_read_header(connection.stream, buffer, begun, kTuple);
  connection.busy = true;
  connection.headers.clear();
  const std::string request_id = new_request_id();
  if (unread) {
    api::RequestHead nothing;
    nothing.method.clear();
    nothing.role = api::Role::kNone;
    co_await turn_away(connection, nothing, false, refusal(unread), request_id);
    co_return false;
  }
  const bool head_only = begun.get().method() == http::verb::head;
  api::RequestHead head = head_of(begun.get());
  connection.stream.expires_never();
  std::optional<api::Reply> refused = co_await admit(connection, begun.get(), head, request_id);
  if (!refused && begun.content_length().value_or(0) > api::largest_body(head.role) && !api::reads_stream(head))
    refused = refusal(http::error::body_limit);
  if (refused) {
    co_await turn_away(connection, head, head_only, std::move(refused), request_id);
    co_return false;
  }
  bool goes_on = false;
  if (api::reads_stream(head))
    goes_on = co_await serve_stream(connection, buffer, begun, std::move(head), request_id);
  else
    goes_on = co_await serve_whole(connection, buffer, begun, std::move(head), request_id);
  connection.busy = false;
  co_return goes_on;
}

// A request whose body is read to its end before anybody is asked.
net::awaitable<bool> Server::State::serve_whole(Connection& connection, beast::flat_buffer& buffer,
                                                http::request_parser<http::empty_body>& begun, api::RequestHead head,
                                                std::string request_id) {
  const bool head_only = begun.get().method() == http::verb::head;
  const std::uint64_t most = begun.chunked() ? api::largest_body(head.role) : begun.content_length().value_or(0);
  const std::uint64_t held = most <= options.limits.small_body ? 0 : most;
  if (held > 0 && held + held_bodies > options.limits.bodies) {
    co_await turn_away(connection, head, head_only, api::too_many_uploads(), request_id);
    co_return false;
  }
  const HeldBody counted(held_bodies, held);
  http::request_parser<http::string_body> parser(std::move(begun));
  parser.body_limit(api::largest_body(head.role));
  const error_code failed = co_await read_body(connection, buffer, parser);
  if (failed) {
    co_await turn_away(connection, head, head_only, refusal(failed), request_id);
    co_return false;
  }
  http::request<http::string_body> request = parser.release();
  connection.stream.expires_never();
  api::Reply reply = co_await ask_and_wait(std::move(head), std::move(request.body()), request_id);
  const bool keep_alive = request.keep_alive() && !stopping.stop_requested();
  const error_code unsent = co_await write(connection, head_only, std::move(reply), request_id, keep_alive);
  co_return !unsent && keep_alive;
}

CallContext Server::State::context_for(api::Role role, const std::string& request_id) {
  CallContext context;
  context.deadline =
      clock.mono_now() + (role == api::Role::kOperator ? options.limits.operation : options.limits.answer);
  context.stop = stopping.get_token();
  context.correlation_id = request_id;
  return context;
}

net::awaitable<api::Reply> Server::State::ask(const api::RequestHead& head, const std::string& body,
                                              const std::string& request_id) {
  const auto call = [this, &head, &body, &request_id] {
    MemorySource source(as_bytes(body));
    return handler(head, source, context_for(head.role, request_id));
  };
  if (!api::takes_long(head)) co_return co_await blocking(pool, call);
  co_return co_await on_a_thread_of_its_own(call);
}

// So that those who wait for a service or for all files keep no thread from the rest.
net::awaitable<api::Reply> Server::State::on_a_thread_of_its_own(std::function<api::Reply()> call) {
  net::steady_timer ended(io, std::chrono::steady_clock::time_point::max());
  std::optional<api::Reply> reply;
  const bool runs = operation_threads.run([this, &ended, &reply, &call] {
    api::Reply answer = call();
    net::post(io, [&ended, &reply, answer = std::move(answer)]() mutable {
      reply = std::move(answer);
      ended.cancel();
    });
  });
  if (!runs) co_return api::too_many_operations();
  while (!reply) co_await ended.async_wait(kTuple);
  co_return *std::move(reply);
}

net::awaitable<api::Reply> Server::State::ask_and_wait(api::RequestHead head, std::string body,
                                                       std::string request_id) {
  api::Reply reply = co_await ask(head, body, request_id);
  const auto* first = std::get_if<api::WaitFor>(&reply);
  if (first == nullptr) co_return reply;
  if (waiters.size() >= options.limits.waiting) co_return api::too_many_wait();
  const auto until = std::chrono::steady_clock::now() + first->at_most;
  Waiter waiter(io);
  const auto place = waiters.emplace(first->id.value(), &waiter);
  // Asked again once we are on the list: what became final in between is seen
  // here, what does later notifies.
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    head.may_wait = now < until && !stopping.stop_requested();
    waiter.notified = false;
    reply = co_await ask(head, body, request_id);
    if (!std::holds_alternative<api::WaitFor>(reply)) break;
    if (waiter.notified || stopping.stop_requested()) continue;
    waiter.timer.expires_at(
        std::min(until, now + std::max(kLookAgain, kBetweenLooks * static_cast<int>(waiters.size()))));
    co_await waiter.timer.async_wait(kTuple);
  }
  waiters.erase(place);
  co_return reply;
}

std::string Server::State::new_request_id() {
  std::array<std::byte, 8> bytes{};
  const std::uint64_t number = random();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(number >> (8 * i));
  return to_hex(bytes);
}

}  // namespace scalper::server
