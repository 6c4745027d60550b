#include "adapters/clamd/clamd_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

namespace scalper {
namespace {

constexpr int kLook = 50;  // ms between looks at the clock and the stop token
constexpr std::size_t kMostUnended = 4096;

struct SocketName {
  sockaddr_storage name{};
  socklen_t size = 0;
};

SocketName name_of(const ClamdAddress& address) {
  SocketName made;
  if (!address.path.empty()) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    address.path.copy(name.sun_path, sizeof name.sun_path - 1);
    std::memcpy(&made.name, &name, sizeof name);
    made.size = sizeof name;
  } else if (address.host == "::1") {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_addr = in6addr_loopback;
    name.sin6_port = htons(address.port);
    std::memcpy(&made.name, &name, sizeof name);
    made.size = sizeof name;
  } else {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(address.port);
    std::memcpy(&made.name, &name, sizeof name);
    made.size = sizeof name;
  }
  return made;
}

Error unavailable(const ClamdAddress& address, int number) {
  return {ErrorCode::kUnavailable,
          "nobody answers at " + address.shown + ": " + std::generic_category().message(number)};
}

Error closed() { return {ErrorCode::kUnavailable, "it closed the connection"}; }

}  // namespace

Result<ClamdAddress> parse_clamd_address(std::string_view text) {
  const Error wrong(ErrorCode::kInvalidArgument,
                    "clamd is reached by the absolute path of its Unix socket, or by 127.0.0.1:PORT, localhost:PORT or "
                    "[::1]:PORT: what it says cannot be trusted from another machine");
  ClamdAddress address;
  address.shown = text;
  if (text.starts_with('/')) {
    if (text.size() >= sizeof(sockaddr_un::sun_path) || text.find('\0') != std::string_view::npos) return wrong;
    address.path = text;
    return address;
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kHosts{
      {{"127.0.0.1:", "127.0.0.1"}, {"localhost:", "127.0.0.1"}, {"[::1]:", "::1"}}};
  for (const auto& [prefix, host] : kHosts) {
    if (!text.starts_with(prefix)) continue;
    const std::string_view port = text.substr(prefix.size());
    const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (read.ec != std::errc() || read.ptr != port.data() + port.size() || address.port == 0) return wrong;
    address.host = host;
    return address;
  }
  return wrong;
}

void ClamdSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<void> ClamdSocket::wait(const CallContext& context, int events, MonoTime end) {
  for (;;) {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
    const MonoTime now = clock_.mono_now();
    if (now >= end || now >= context.deadline) return Error(ErrorCode::kTimeout, "it did not answer in time");
    pollfd one{fd_, static_cast<decltype(pollfd::events)>(events), 0};
    if (::poll(&one, 1, kLook) > 0) return {};
  }
}

Result<void> ClamdSocket::open(const CallContext& context, const ClamdAddress& address, Millis limit) {
  const SocketName to = name_of(address);
  fd_ = ::socket(to.name.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return unavailable(address, errno);
  const MonoTime end = clock_.mono_now() + limit;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the interface of connect(2)
  while (::connect(fd_, reinterpret_cast<const sockaddr*>(&to.name), to.size) != 0) {
    if (errno == EINTR) continue;
    if (errno != EINPROGRESS) return unavailable(address, errno);  // EAGAIN: a Unix socket whose queue is full
    SCALPER_TRY(wait(context, POLLOUT, end));
    int failed = 0;
    socklen_t size = sizeof failed;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) failed = errno;
    if (failed != 0) return unavailable(address, failed);
    return {};
  }
  return {};
}

Result<void> ClamdSocket::send(const CallContext& context, std::string_view bytes, Millis limit) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return closed();
    SCALPER_TRY(wait(context, POLLOUT, clock_.mono_now() + limit));
  }
  return {};
}

Result<std::string> ClamdSocket::receive(const CallContext& context, Millis limit) {
  const MonoTime end = clock_.mono_now() + limit;
  for (;;) {
    if (const std::size_t at = received_.find('\0'); at != std::string::npos) {
      std::string text = received_.substr(0, at);
      received_.erase(0, at + 1);
      return text;
    }
    if (received_.size() > kMostUnended) return Error(ErrorCode::kCorrupt, "it said more than 4 KiB at once");
    SCALPER_TRY(wait(context, POLLIN, end));
    std::array<char, 1024> piece{};
    const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
    if (got > 0) received_.append(piece.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return closed();
  }
}

}  // namespace scalper
