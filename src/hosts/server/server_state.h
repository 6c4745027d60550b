#pragma once
// What the files of this folder share behind Server. Private: only they include it (tests/steps/includes.py).

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <utility>

#include "hosts/server/growing_threads.h"
#include "hosts/server/server.h"
#include "hosts/server/stream.h"

namespace scalper::server {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using AnyStream = net::generic::stream_protocol;

inline constexpr auto kTuple = net::as_tuple(net::use_awaitable);
inline constexpr std::size_t kPiece = std::size_t{64} * 1024;

struct Connection {
  explicit Connection(AnyStream::socket socket) : stream(std::move(socket)) {}
  Stream stream;
  std::optional<IpAddress> peer;                             // of TCP; none: the Unix socket
  std::string caller;                                        // of the Unix socket
  std::shared_ptr<const TlsContext> tls;                     // to be shaken hands with; null: none
  std::vector<std::pair<std::string, std::string>> headers;  // of the answer that is due, beside its own
  bool busy = false;                                         // between a request's last byte and its answer's last
};

struct Asked;  // stream_request.cpp

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
      pool,
      [call = std::move(call)]() mutable -> net::awaitable<Answer> {
        Answer answer = call();  // named: g++ 12 may destroy an unnamed one that was never made
        co_return std::move(answer);
      },
      net::use_awaitable);
}

struct Server::State {
  State(ServerOptions with, Handler answers, Clock& time)
      : options(std::move(with)), handler(std::move(answers)), clock(time), client_limits(options.client_limits) {}

  net::awaitable<void> accept_tcp();
  net::awaitable<void> accept_local();
  void greet(AnyStream::socket socket, std::optional<IpAddress> peer, std::string caller);
  [[nodiscard]] bool is_full(const std::optional<IpAddress>& peer) const;
  net::awaitable<void> serve(std::list<Connection>::iterator connection);
  net::awaitable<bool> serve_one(Connection& connection, beast::flat_buffer& buffer);
  net::awaitable<bool> serve_whole(Connection& connection, beast::flat_buffer& buffer,
                                   http::request_parser<http::empty_body>& begun, api::RequestHead head,
                                   std::string request_id);
  net::awaitable<void> turn_away(Connection& connection, const api::RequestHead& head, bool head_only,
                                 std::optional<api::Reply> reply, std::string request_id);
  // stream_request.cpp: a request whose route reads its body as it comes.
  net::awaitable<bool> serve_stream(Connection& connection, beast::flat_buffer& buffer,
                                    http::request_parser<http::empty_body>& begun, api::RequestHead head,
                                    std::string request_id);
  net::awaitable<error_code> pump(Connection& connection, beast::flat_buffer& buffer,
                                  http::request_parser<http::buffer_body>& parser,
                                  const std::shared_ptr<Asked>& asked) const;
  // Takes what a sender still sends, for a moment: else the answer would be lost with the connection.
  net::awaitable<void> linger(Connection& connection) const;
  static api::RequestHead head_of(const http::request_header<>& request);
  net::awaitable<error_code> read_body(Connection& connection, beast::flat_buffer& buffer,
                                       http::request_parser<http::string_body>& parser) const;
  // Fills in who asks; or the answer to whoever may not, before a byte of the body is read.
  net::awaitable<std::optional<api::Reply>> admit(Connection& connection, const http::request_header<>& fields,
                                                  api::RequestHead& head, const std::string& request_id);
  net::awaitable<std::optional<api::Reply>> know_token(const Admission& admission, api::RequestHead& head,
                                                       const std::string& request_id);
  net::awaitable<api::Reply> refuse_credential(IpAddress client);
  [[nodiscard]] std::optional<api::Reply> refuse_rate(Connection& connection, const IpAddress& client);
  net::awaitable<api::Reply> ask(const api::RequestHead& head, const std::string& body, const std::string& request_id);
  net::awaitable<api::Reply> on_a_thread_of_its_own(std::function<api::Reply()> call);
  net::awaitable<api::Reply> ask_and_wait(api::RequestHead head, std::string body, std::string request_id);
  net::awaitable<error_code> write(Connection& connection, bool head_only, api::Reply reply,
                                   const std::string& request_id, bool keep_alive);
  net::awaitable<error_code> write_stream(Connection& connection, http::response<http::empty_body> head,
                                          api::Stream stream, bool head_only);
  // follow.cpp
  net::awaitable<error_code> write_follow(Connection& connection, http::response<http::empty_body> head,
                                          api::Follow follow, bool head_only);
  net::awaitable<error_code> write_pieces(Connection& connection, api::Follow follow, Waiter& waiter);
  CallContext context_for(api::Role role, const std::string& request_id);
  std::string new_request_id();
  void stop_now();

  ServerOptions options;
  Handler handler;
  Clock& clock;
  ClientLimits client_limits;
  std::stop_source stopping;
  // Before `io`: what waits in it when it ends takes itself off these.
  std::map<std::string, std::size_t> streams_of;  // caller -> how many it has now
  std::multimap<std::string, Waiter*> waiters;
  std::list<Waiter*> followers;
  std::uint64_t held_bodies = 0;
  net::io_context io{1};
  net::thread_pool pool{options.limits.blocking_threads};
  GrowingThreads stream_threads{options.limits.streams};
  GrowingThreads operation_threads{options.limits.operations};
  std::optional<net::ip::tcp::acceptor> tcp;
  std::optional<net::local::stream_protocol::acceptor> local;
  std::uint16_t tcp_port = 0;
  std::list<Connection> connections;
  std::optional<net::steady_timer> grace;
  std::mt19937_64 random{std::random_device{}()};
};

}  // namespace scalper::server
