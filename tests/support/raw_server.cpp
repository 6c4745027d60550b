#include "support/raw_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace scalper {
namespace {

// TLS writes without MSG_NOSIGNAL. Only of this thread: what is tested must bear a closed connection by itself.
void bear_closed_connections() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

RawPeer::RawPeer(int socket, int index, void* tls_context) : socket_(socket), index_(index) {
  const timeval ten{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &ten, sizeof ten);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &ten, sizeof ten);
  if (tls_context == nullptr) return;
  tls_ = SSL_new(static_cast<SSL_CTX*>(tls_context));
  SSL_set_fd(tls_, socket);
  greeted_ = SSL_accept(tls_) == 1;
}

RawPeer::~RawPeer() {
  if (tls_ != nullptr && greeted_) SSL_shutdown(tls_);
  SSL_free(tls_);
}

bool RawPeer::more() {
  std::array<char, 65536> chunk{};
  const auto room = static_cast<int>(chunk.size());
  const auto got = tls_ != nullptr ? SSL_read(tls_, chunk.data(), room)
                                   : static_cast<int>(::recv(socket_, chunk.data(), chunk.size(), 0));
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string RawPeer::head() {
  if (!greeted_) return {};
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return {};
  std::string text = buffer_.substr(0, end + 4);
  buffer_.erase(0, text.size());
  return text;
}

std::string RawPeer::body(std::size_t size) {
  while (buffer_.size() < size)
    if (!more()) break;
  std::string text = buffer_.substr(0, size);
  buffer_.erase(0, text.size());
  return text;
}

bool RawPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr
                          ? static_cast<ssize_t>(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())))
                          : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawPeer::wait_for_close() {
  while (more()) buffer_.clear();
}

void RawPeer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  greeted_ = false;  // and no farewell of TLS
}

RawServer::RawServer(Script script, std::shared_ptr<void> tls_context)
    : script_(std::move(script)),
      tls_context_(std::move(tls_context)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(listener_, 64), 0);
  EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& peer : peers_) peer.join();
  ::close(listener_);
}

std::string RawServer::url(const std::string& target) const {
  return (tls_context_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) + target;
}

void RawServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::lock_guard lock(mutex_);
    open_.push_back(socket);
    peers_.emplace_back([this, socket, index = connections_++] {
      bear_closed_connections();
      {
        RawPeer peer(socket, index, tls_context_.get());
        script_(peer);
      }
      const std::lock_guard closing(mutex_);
      open_.erase(std::find(open_.begin(), open_.end(), socket));
      ::close(socket);
    });
  }
}

}  // namespace scalper
