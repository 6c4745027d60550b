#include "hosts/server/server.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <map>
#include <random>
#include <stop_token>
#include <utility>

#include "api/handle.h"
#include "api/problem.h"
#include "base/escape.h"
#include "hosts/local_socket.h"
#include "ports/memory_source.h"

namespace scalper::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using AnyStream = net::generic::stream_protocol;
using Stream = beast::basic_stream<AnyStream>;

constexpr auto kTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds kLookAgain{1000};  // a waiter that nobody notifies looks by itself
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: "
    "1\r\nConnection: close\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

struct Connection {
  explicit Connection(AnyStream::socket socket) : stream(std::move(socket)) {}
  Stream stream;
  api::Door door = api::Door::kReader;
  std::string caller;
  bool busy = false;  // between a request's last byte and its answer's last
};

struct Waiter {
  explicit Waiter(net::io_context& context) : timer(context) {}
  net::steady_timer timer;
  bool notified = false;
};

// Runs a blocking call on one of the threads for that; the coroutine goes on
// where it was.
template <class Call>
net::awaitable<std::invoke_result_t<Call>> blocking(net::thread_pool& pool, Call call) {
  using Answer = std::invoke_result_t<Call>;
  co_return co_await net::co_spawn(
      pool, [call = std::move(call)]() mutable -> net::awaitable<Answer> { co_return call(); }, net::use_awaitable);
}

// What became of a request that could not be read: a problem, or nothing where
// nobody listens any more.
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

}  // namespace

struct Server::State {
  State(ServerOptions with, Handler answers, Clock& time)
      : options(std::move(with)), handler(std::move(answers)), clock(time) {}

  net::awaitable<void> accept_tcp();
  net::awaitable<void> accept_local();
  void greet(AnyStream::socket socket, api::Door door, std::string caller);
  net::awaitable<void> serve(std::list<Connection>::iterator connection);
  net::awaitable<bool> serve_one(Connection& connection, beast::flat_buffer& buffer);
  net::awaitable<error_code> read_request(Connection& connection, beast::flat_buffer& buffer,
                                          http::request_parser<http::string_body>& parser) const;
  net::awaitable<api::Reply> ask(const api::RequestHead& head, const std::string& body, const std::string& request_id);
  net::awaitable<api::Reply> ask_and_wait(api::RequestHead head, std::string body, std::string request_id);
  net::awaitable<error_code> write(Connection& connection, const http::request<http::string_body>& request,
                                   api::Reply reply, const std::string& request_id, bool keep_alive);
  net::awaitable<error_code> write_stream(Connection& connection, http::response<http::empty_body> head,
                                          api::Stream stream, bool head_only);
  [[nodiscard]] std::optional<api::Reply> refuse_host(const http::request<http::string_body>& request) const;
  CallContext context_for(api::Door door, const std::string& request_id);
  std::string new_request_id();
  void stop_now();

  ServerOptions options;
  Handler handler;
  Clock& clock;
  std::stop_source stopping;
  net::io_context io{1};
  net::thread_pool pool{1};
  std::optional<net::ip::tcp::acceptor> tcp;
  std::optional<net::local::stream_protocol::acceptor> local;
  std::uint16_t tcp_port = 0;
  std::list<Connection> connections;
  std::multimap<std::string, Waiter*> waiters;
  std::optional<net::steady_timer> grace;
  std::mt19937_64 random{std::random_device{}()};
};

net::awaitable<void> Server::State::accept_tcp() {
  while (tcp->is_open()) {
    auto [failed, socket] = co_await tcp->async_accept(kTuple);
    if (failed == net::error::operation_aborted || stopping.stop_requested()) co_return;
    if (failed) {  // out of descriptors, most likely: what waits in the backlog
                   // is served later
      net::steady_timer pause(io, kAcceptPause);
      co_await pause.async_wait(kTuple);
      continue;
    }
    error_code ignored;
    socket.set_option(net::ip::tcp::no_delay(true), ignored);
    greet(AnyStream::socket(std::move(socket)), api::Door::kReader, {});
  }
}

net::awaitable<void> Server::State::accept_local() {
  while (local->is_open()) {
    auto [failed, socket] = co_await local->async_accept(kTuple);
    if (failed == net::error::operation_aborted || stopping.stop_requested()) co_return;
    if (failed) {
      net::steady_timer pause(io, kAcceptPause);
      co_await pause.async_wait(kTuple);
      continue;
    }
    const auto peer = peer_of(socket.native_handle());
    if (!peer.ok() || (*peer).user != ::geteuid()) continue;  // the mode keeps others out already
    greet(AnyStream::socket(std::move(socket)), api::Door::kOperator, user_name((*peer).user));
  }
}

void Server::State::greet(AnyStream::socket socket, api::Door door, std::string caller) {
  const auto at_this_door = std::count_if(connections.begin(), connections.end(),
                                          [door](const Connection& other) { return other.door == door; });
  if (static_cast<std::size_t>(at_this_door) >= options.limits.connections) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(net::buffer(kFull), 0, ignored);
    return;
  }
  connections.emplace_back(std::move(socket));
  const auto connection = std::prev(connections.end());
  connection->door = door;
  connection->caller = std::move(caller);
  net::co_spawn(io, serve(connection), [this, connection](const std::exception_ptr&) {
    connections.erase(connection);  // an exception of a library (memory
                                    // exhausted) ends the connection alone
  });
}

net::awaitable<void> Server::State::serve(std::list<Connection>::iterator connection) {
  beast::flat_buffer buffer(options.limits.header_bytes + kPiece);
  while (!stopping.stop_requested()) {
    connection->stream.expires_after(options.limits.idle);
    if (buffer.size() == 0) {
      auto [failed, got] = co_await connection->stream.async_read_some(buffer.prepare(1024), kTuple);
      if (failed) break;
      buffer.commit(got);
    }
    if (!co_await serve_one(*connection, buffer)) break;
  }
  error_code ignored;
  connection->stream.socket().shutdown(net::socket_base::shutdown_both, ignored);
}

net::awaitable<error_code> Server::State::read_request(Connection& connection, beast::flat_buffer& buffer,
                                                       http::request_parser<http::string_body>& parser) const {
  connection.stream.expires_after(options.limits.header);
  auto [failed, got] = co_await http::async_read_header(connection.stream, buffer, parser, kTuple);
  if (failed) co_return failed;
  connection.stream.expires_after(options.limits.body);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    auto [broken, sent] = co_await net::async_write(connection.stream, net::buffer(kContinue), kTuple);
    if (broken) co_return broken;
  }
  auto [unread, all] = co_await http::async_read(connection.stream, buffer, parser, kTuple);
  co_return unread;
}

// False: the connection ends.
net::awaitable<bool> Server::State::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(options.limits.header_bytes);
  parser.body_limit(api::largest_body(connection.door));
  const error_code failed = co_await read_request(connection, buffer, parser);
  connection.busy = true;
  const std::string request_id = new_request_id();
  if (failed) {
    if (auto reply = refusal(failed)) co_await write(connection, {}, *std::move(reply), request_id, false);
    co_return false;
  }
  http::request<http::string_body> request = parser.release();
  if (auto reply = connection.door == api::Door::kReader ? refuse_host(request) : std::nullopt) {
    co_await write(connection, request, *std::move(reply), request_id, false);
    co_return false;
  }
  api::RequestHead head;
  head.method = request.method() == http::verb::head ? "GET" : std::string(request.method_string());
  head.target = request.target();
  head.door = connection.door;
  head.caller = connection.caller;
  connection.stream.expires_never();
  api::Reply reply = co_await ask_and_wait(head, std::move(request.body()), request_id);
  const bool keep_alive = request.keep_alive() && !stopping.stop_requested();
  const error_code unsent = co_await write(connection, request, std::move(reply), request_id, keep_alive);
  connection.busy = false;
  co_return !unsent && keep_alive;
}

std::optional<api::Reply> Server::State::refuse_host(const http::request<http::string_body>& request) const {
  if (request.count(http::field::host) != 1)
    return api::problem(400, "bad_request", "a request must have exactly one Host header");
  if (is_own_host(std::string_view(request[http::field::host]), tcp_port)) return std::nullopt;
  return api::problem(421, "foreign_host", "this gate answers to localhost only, whatever name led here");
}

CallContext Server::State::context_for(api::Door door, const std::string& request_id) {
  CallContext context;
  context.deadline =
      clock.mono_now() + (door == api::Door::kOperator ? options.limits.operation : options.limits.answer);
  context.stop = stopping.get_token();
  context.correlation_id = request_id;
  return context;
}

net::awaitable<api::Reply> Server::State::ask(const api::RequestHead& head, const std::string& body,
                                              const std::string& request_id) {
  return blocking(pool, [this, &head, &body, &request_id] {
    MemorySource source(as_bytes(body));
    return handler(head, source, context_for(head.door, request_id));
  });
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
    waiter.timer.expires_at(std::min(until, now + kLookAgain));
    co_await waiter.timer.async_wait(kTuple);
  }
  waiters.erase(place);
  co_return reply;
}

net::awaitable<error_code> Server::State::write(Connection& connection, const http::request<http::string_body>& request,
                                                api::Reply reply, const std::string& request_id, bool keep_alive) {
  const auto dress = [&](auto& response, const std::string& type) {
    response.version(11);
    response.keep_alive(keep_alive);
    response.set(http::field::content_type, type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Request-Id", request_id);
  };
  const bool head_only = request.method() == http::verb::head;
  connection.stream.expires_after(options.limits.write);
  if (auto* stream = std::get_if<api::Stream>(&reply)) {
    http::response<http::empty_body> response;
    dress(response, stream->content_type);
    co_return co_await write_stream(connection, std::move(response), std::move(*stream), head_only);
  }
  if (auto* redirect = std::get_if<api::Redirect>(&reply)) {
    api::Complete found;
    found.status = 302;
    found.headers.emplace_back("Location", redirect->location);
    reply = std::move(found);
  }
  auto& complete = std::get<api::Complete>(reply);
  http::response<http::string_body> response;
  response.result(static_cast<unsigned>(complete.status));
  dress(response, complete.content_type);
  for (const auto& [name, value] : complete.headers) response.set(name, value);
  response.body() = std::move(complete.body);
  response.prepare_payload();
  http::response_serializer<http::string_body> serializer(response);
  serializer.split(head_only);
  if (head_only) {
    auto [failed, sent] = co_await http::async_write_header(connection.stream, serializer, kTuple);
    co_return failed;
  }
  auto [failed, sent] = co_await http::async_write(connection.stream, serializer, kTuple);
  co_return failed;
}

net::awaitable<error_code> Server::State::write_stream(Connection& connection, http::response<http::empty_body> head,
                                                       api::Stream stream, bool head_only) {
  if (stream.size) {
    head.content_length(*stream.size);
  } else {
    head.chunked(true);
  }
  http::response_serializer<http::empty_body> serializer(head);
  auto [failed, sent] = co_await http::async_write_header(connection.stream, serializer, kTuple);
  if (failed || head_only) co_return failed;
  std::vector<std::byte> piece(kPiece);
  const CallContext context = context_for(connection.door, {});
  for (;;) {
    const Result<std::size_t> got =
        *co_await blocking(pool, [&] { return std::optional(stream.body->read(context, piece)); });
    // The status is out already: an answer that breaks off is the only honest
    // one.
    if (!got.ok()) co_return make_error_code(net::error::connection_aborted);
    connection.stream.expires_after(options.limits.write);
    const auto bytes = net::buffer(piece.data(), *got);
    error_code unsent;
    if (stream.size) {
      if (*got == 0) co_return error_code();
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, bytes, kTuple);
    } else if (*got == 0) {
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, http::make_chunk_last(), kTuple);
      co_return unsent;
    } else {
      std::tie(unsent, sent) = co_await net::async_write(connection.stream, http::make_chunk(bytes), kTuple);
    }
    if (unsent) co_return unsent;
  }
}

std::string Server::State::new_request_id() {
  std::array<std::byte, 8> bytes{};
  const std::uint64_t number = random();
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(number >> (8 * i));
  return to_hex(bytes);
}

void Server::State::stop_now() {
  if (stopping.stop_requested()) return;
  stopping.request_stop();
  error_code ignored;
  if (tcp) tcp->close(ignored);
  if (local) local->close(ignored);
  for (auto& [id, waiter] : waiters) waiter->timer.cancel();
  for (Connection& connection : connections)
    if (!connection.busy) connection.stream.cancel();
  grace.emplace(io, options.limits.grace);
  grace->async_wait([this](const error_code& failed) {
    if (!failed) io.stop();
  });
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() { state_->pool.join(); }

namespace {

Error listen_error(const ListenAddress& address, const error_code& failed) {
  const std::string where = address.host + " port " + std::to_string(address.port);
  if (failed == net::error::address_in_use) return {ErrorCode::kAlreadyExists, where + " is in use by another program"};
  const bool denied = failed == net::error::access_denied;
  return {denied ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable, where + ": " + failed.message()};
}

Result<net::ip::tcp::acceptor> listen_tcp(net::io_context& io, const ListenAddress& address) {
  error_code failed;
  const auto ip = net::ip::make_address(address.host, failed);
  if (failed) return Error(ErrorCode::kInvalidArgument, "no address: " + escape_text(address.host));
  net::ip::tcp::acceptor acceptor(io);
  const net::ip::tcp::endpoint endpoint(ip, address.port);
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(net::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(net::socket_base::max_listen_connections, failed);
  if (failed) return listen_error(address, failed);
  return acceptor;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::open(ServerOptions options, Handler handler, Clock& clock) {
  auto state = std::make_unique<State>(std::move(options), std::move(handler), clock);
  if (state->options.listen) {
    SCALPER_TRY_ASSIGN(auto acceptor, listen_tcp(state->io, *state->options.listen));
    state->tcp.emplace(std::move(acceptor));
    error_code ignored;
    state->tcp_port = state->tcp->local_endpoint(ignored).port();
  }
  if (!state->options.socket_path.empty()) {
    SCALPER_TRY_ASSIGN(const int listening, listen_local(state->options.socket_path));
    state->local.emplace(state->io, net::local::stream_protocol(), listening);
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const { return state_->tcp_port; }

void Server::run() {
  if (state_->tcp) net::co_spawn(state_->io, state_->accept_tcp(), net::detached);
  if (state_->local) net::co_spawn(state_->io, state_->accept_local(), net::detached);
  // Kept alive until stop(), and then until the last connection is gone.
  net::steady_timer forever(state_->io, std::chrono::steady_clock::time_point::max());
  std::stop_callback end(state_->stopping.get_token(), [&] { forever.cancel(); });
  forever.async_wait([](const error_code&) {});
  while (!state_->io.stopped()) {
    state_->io.run_one();
    if (state_->stopping.stop_requested() && state_->connections.empty()) break;
  }
  state_->pool.join();
  state_->grace.reset();
}

void Server::stop() {
  net::post(state_->io, [state = state_.get()] { state->stop_now(); });
}

void Server::notify(const FileId& id) {
  net::post(state_->io, [state = state_.get(), id = id.value()] {
    const auto [first, last] = state->waiters.equal_range(id);
    for (auto at = first; at != last; ++at) {
      at->second->notified = true;
      at->second->timer.cancel();
    }
  });
}

}  // namespace scalper::server
