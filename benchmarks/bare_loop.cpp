// The least that a function of Lambda can do: an event in, an answer of two bytes out, in two exchanges on one
// connection, blocking, with nothing read but lengths. What is left of any runtime's time above this is its own; this
// is the system's, and the Runtime API's of bench_runtime.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kNext = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kId = "lambda-runtime-aws-request-id: ";

int connect_to(const char* address) {
  const char* const colon = std::strchr(address, ':');
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(std::atoi(colon + 1)));
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0) return fd;
  std::perror("bench_bare_loop");
  std::exit(1);
}

void send_all(int fd, std::string_view bytes) {
  if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) std::exit(1);
}

// One answer, whole: its head and body.
std::string receive(int fd) {
  std::string text;
  std::array<char, 65536> piece;
  for (;;) {
    const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) std::exit(0);  // the Runtime API is gone
    text.append(piece.data(), static_cast<std::size_t>(got));
    const auto end = text.find("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    if (end == std::string::npos || length == std::string::npos) continue;
    if (text.size() >= end + 4 + std::strtoull(text.c_str() + length + 16, nullptr, 10)) return text;
  }
}

}  // namespace

int main() {
  const char* const address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr || std::strchr(address, ':') == nullptr) return 64;
  const int fd = connect_to(address);
  for (;;) {
    send_all(fd, kNext);
    std::string event = receive(fd);
    for (char& c : event)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto at = event.find(kId);
    if (at == std::string::npos) return 1;
    const std::string id = event.substr(at + kId.size(), event.find('\r', at) - at - kId.size());
    send_all(fd, "POST /2018-06-01/runtime/invocation/" + id +
                     "/response HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
    (void)receive(fd);
  }
}
