#include "hosts/cli/http_client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "hosts/local_socket.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;

struct Descriptor {
  int number = -1;
  Descriptor() = default;
  explicit Descriptor(int opened) : number(opened) {}
  Descriptor(Descriptor&& other) noexcept : number(std::exchange(other.number, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number >= 0) {
      ::close(number);
    }
  }
};

Error unavailable(const std::string& why) { return {ErrorCode::kUnavailable, why}; }
Error failed(const std::string& doing) {
  const int number = errno;
  const bool late = number == EAGAIN || number == EWOULDBLOCK;
  return {late ? ErrorCode::kTimeout : ErrorCode::kUnavailable,
          doing + ": " + (late ? std::string("no answer in time") : std::generic_category().message(number))};
}

Result<Descriptor> connect_tcp(const GateAddress& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found); code != 0) {
    return Error(ErrorCode::kNotFound, escape_text(address.host) + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> kept(found, &::freeaddrinfo);
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Descriptor socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol));
    if (socket.number >= 0 && ::connect(socket.number, at->ai_addr, at->ai_addrlen) == 0) {
      return socket;
    }
  }
  return Error(ErrorCode::kNotFound, "no gate answers at " + escape_text(address.host) + ":" + address.port);
}

Result<Descriptor> connected(const GateAddress& address, std::chrono::seconds patience) {
  Descriptor none;
  if (address.socket_path.empty()) {
    SCALPER_TRY_ASSIGN(Descriptor socket, connect_tcp(address));
    std::swap(none.number, socket.number);
  } else {
    SCALPER_TRY_ASSIGN(none.number, connect_local(address.socket_path));
  }
  const timeval limit{patience.count(), 0};
  ::setsockopt(none.number, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(none.number, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return none;
}

Result<void> send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    // A server that refuses early answers before it has read all: its answer is what counts.
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      return {};
    }
    if (sent < 0) {
      return failed("asking the gate");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::string> receive_all(int socket) {
  std::string text;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0 && errno == ECONNRESET && !text.empty()) {
      return text;
    }
    if (got < 0) {
      return failed("reading the gate's answer");
    }
    if (got == 0) {
      return text;
    }
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxAnswer) {
      return unavailable("the gate's answer is longer than 64 MiB");
    }
  }
}

// A header's value; nothing if it is not there.
std::optional<std::string> header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() <= name.size() || line[name.size()] != ':') {
      continue;
    }
    if (::strncasecmp(line.data(), name.data(), name.size()) != 0) {
      continue;
    }
    const std::size_t begin = line.find_first_not_of(' ', name.size() + 1);
    return std::string(begin == std::string_view::npos ? std::string_view() : line.substr(begin));
  }
  return std::nullopt;
}

Result<std::string> unchunked(std::string_view text) {
  std::string body;
  for (;;) {
    std::size_t size = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), size, 16);
    const std::size_t line = text.find("\r\n");
    if (bad != std::errc() || line == std::string_view::npos || text.size() < line + 2 + size) {
      return unavailable("the gate's answer broke off");
    }
    if (size == 0) {
      return body;
    }
    body += text.substr(line + 2, size);
    text.remove_prefix(std::min(text.size(), line + 4 + size));
  }
}

Result<Answer> understood(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  Answer answer;
  const bool http = text.starts_with("HTTP/1.1 ") && text.size() > 12;
  if (!http || end == std::string::npos ||
      std::from_chars(text.data() + 9, text.data() + 12, answer.status).ec != std::errc()) {
    return unavailable(text.empty() ? "the gate closed the connection without a word" : "this is no gate's answer");
  }
  const std::string head = text.substr(0, end);
  answer.content_type = header(head, "Content-Type").value_or("");
  answer.body = text.substr(end + 4);
  if (header(head, "Transfer-Encoding")) {
    SCALPER_TRY_ASSIGN(answer.body, unchunked(answer.body));
  }
  const auto length = header(head, "Content-Length");
  if (length && *length != std::to_string(answer.body.size())) {
    return unavailable("the gate's answer broke off");
  }
  return answer;
}

}  // namespace

Result<GateAddress> parse_url(const std::string& url) {
  const Error bad(ErrorCode::kInvalidArgument, "\"" + escape_text(url) + "\" is no gate's URL: http://127.0.0.1:8080");
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return bad;
  }
  std::string rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) {
    rest.pop_back();
  }
  const std::size_t colon = rest.rfind(':');
  GateAddress address;
  const bool has_port = colon != std::string::npos && rest.find(']', colon) == std::string::npos;
  address.host = rest.substr(0, has_port ? colon : std::string::npos);
  address.port = has_port ? rest.substr(colon + 1) : "80";
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const bool digits = address.port.find_first_not_of("0123456789") == std::string::npos;
  if (address.host.empty() || address.port.empty() || !digits) {
    return bad;
  }
  if (address.host.find_first_of("/?#@ []") != std::string::npos) {
    return bad;
  }
  return address;
}

Result<Answer> http_request(const GateAddress& address, const std::string& method, const std::string& target,
                            const std::string& body, std::chrono::seconds patience) {
  SCALPER_TRY_ASSIGN(const Descriptor socket, connected(address, patience));
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = address.socket_path.empty()
                               ? (v6 ? "[" + address.host + "]" : address.host) + ":" + address.port
                               : std::string("localhost");
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n";
  if (!address.token.empty()) {
    request += "Authorization: Bearer " + address.token + "\r\n";
  }
  if (!body.empty()) {
    request += "Content-Type: application/json\r\n";
  }
  if (!body.empty() || method == "POST") {
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  SCALPER_TRY(send_all(socket.number, request + "\r\n" + body));
  SCALPER_TRY_ASSIGN(const std::string text, receive_all(socket.number));
  return understood(text);
}

}  // namespace scalper::cli
