#include "support/raw_http.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace scalper {
namespace {

void limit(int socket) {
  const timeval ten{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &ten, sizeof ten);
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  limit(socket_);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

RawConnection::RawConnection(const std::string& socket_path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  limit(socket_);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

RawConnection::~RawConnection() { ::close(socket_); }

void RawConnection::send(const std::string& bytes) {
  // The other side may have refused and closed already: what it answered is
  // read all the same.
  (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

bool RawConnection::more() {
  std::array<char, 16384> chunk{};
  const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string RawConnection::answer(bool to_head) {
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return {};
  std::size_t length = 0;
  const std::size_t field = buffer_.find("Content-Length: ");
  if (field < end && !to_head) length = std::stoul(buffer_.substr(field + 16));
  while (buffer_.size() < end + 4 + length)
    if (!more()) break;
  std::string text = buffer_.substr(0, end + 4 + length);
  buffer_.erase(0, text.size());
  return text;
}

std::string RawConnection::until(const std::string& text) {
  while (buffer_.find(text) == std::string::npos)
    if (!more()) return std::exchange(buffer_, {});
  std::string found = buffer_.substr(0, buffer_.find(text) + text.size());
  buffer_.erase(0, found.size());
  return found;
}

std::string RawConnection::rest() {
  while (more()) continue;
  return std::exchange(buffer_, {});
}

}  // namespace scalper
