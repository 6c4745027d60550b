// Listening, accepting, and the end.

#include "hosts/server/server.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "api/problem.h"
#include "base/escape.h"
#include "hosts/local_socket.h"
#include "hosts/server/server_state.h"

namespace scalper::server {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};

// To those for whom there is no place: a problem like any other, though no request is read.
const std::string& full() {
  static const std::string text = [] {
    const auto reply = std::get<api::Complete>(api::problem(
        503, "too_many_connections", "as many connections are open as may be at once; try again in a moment"));
    return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + reply.content_type +
           "\r\nContent-Length: " + std::to_string(reply.body.size()) +
           "\r\nCache-Control: no-store\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" + reply.body;
  }();
  return text;
}

}  // namespace

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
    const auto endpoint = socket.remote_endpoint(ignored);
    std::string address = ignored ? std::string() : endpoint.address().to_string();
    address.resize(std::min(address.size(), address.find('%')));  // a link's name behind an IPv6 address
    const auto peer = parse_ip(address);
    if (peer) greet(AnyStream::socket(std::move(socket)), peer, {});
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
    // The mode keeps others out already, but for root, who can become whomever it likes.
    if (!peer.ok() || ((*peer).user != ::geteuid() && (*peer).user != 0)) continue;
    greet(AnyStream::socket(std::move(socket)), std::nullopt, user_name((*peer).user));
  }
}

// Each door has its own places, so that readers never keep the owner out, and nobody from afar takes all of them.
bool Server::State::is_full(const std::optional<IpAddress>& peer) const {
  std::size_t of_this_door = 0;
  std::size_t of_this_client = 0;
  for (const Connection& other : connections) {
    if (other.peer.has_value() != peer.has_value()) continue;
    ++of_this_door;
    if (peer && other.peer->of_one_client() == peer->of_one_client()) ++of_this_client;
  }
  const bool counts = peer && !peer->is_loopback() && !is_in(options.rules.trusted_proxies, *peer);
  return of_this_door >= options.limits.connections || (counts && of_this_client >= options.limits.connections_of_one);
}

void Server::State::greet(AnyStream::socket socket, std::optional<IpAddress> peer, std::string caller) {
  const bool tls = peer && options.tls != nullptr;
  if (is_full(peer)) {
    if (tls) return;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(net::buffer(full()), 0, ignored);
    return;
  }
  connections.emplace_back(std::move(socket));
  const auto connection = std::prev(connections.end());
  connection->peer = peer;
  connection->caller = std::move(caller);
  if (tls) connection->tls = options.tls->current(std::chrono::steady_clock::now());
  net::co_spawn(io, serve(connection), [this, connection](const std::exception_ptr&) {
    connections.erase(connection);  // an exception of a library (memory
                                    // exhausted) ends the connection alone
  });
}
void Server::State::stop_now() {
  if (stopping.stop_requested()) return;
  stopping.request_stop();
  error_code ignored;
  if (tcp) tcp->close(ignored);
  if (local) local->close(ignored);
  for (auto& [id, waiter] : waiters) waiter->timer.cancel();
  for (Waiter* const follower : followers) follower->timer.cancel();
  for (Connection& connection : connections)
    if (!connection.busy) connection.stream.cancel();
  grace.emplace(io, options.limits.grace);
  grace->async_wait([this](const error_code& failed) {
    if (!failed) io.stop();
  });
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  state_->stopping.request_stop();
  state_->stream_threads.join();
  state_->operation_threads.join();
  state_->pool.join();
}

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
  state_->stream_threads.join();
  state_->operation_threads.join();
  state_->pool.join();
  state_->grace.reset();
}

void Server::stop() {
  net::post(state_->io, [state = state_.get()] { state->stop_now(); });
}

void Server::notify(const FileId& id) {
  net::post(state_->io, [state = state_.get(), id = id.value()] {
    const auto wake = [](Waiter& waiter) {
      waiter.notified = true;
      waiter.timer.cancel();
    };
    const auto [first, last] = state->waiters.equal_range(id);
    for (auto at = first; at != last; ++at) wake(*at->second);
    for (Waiter* const follower : state->followers) wake(*follower);
  });
}

}  // namespace scalper::server
