#include "hosts/lambda/plain_http.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <system_error>

#include "base/escape.h"

namespace scalper::lambda {
namespace {

constexpr std::size_t kMaxHead = std::size_t{64} * 1024;
constexpr std::uint64_t kMaxBody = 16 << 20;  // an event has at most 6 MB
constexpr std::uint64_t kMaxUnwanted = 64 << 10;
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr int kForever = -1;

Error system_error(ErrorCode code, const char* doing, int number) {
  return {code, std::string("Runtime API: ") + doing + ": " + std::generic_category().message(number)};
}

Error corrupt(const char* why) { return {ErrorCode::kCorrupt, std::string("Runtime API: ") + why}; }

// A freeze of the whole sandbox ends in EINTR, or in time that was up long ago while bytes lie ready: poll looks at
// those first.
Result<void> wait_for(int socket, int events, std::optional<Millis> patience, const char* doing) {
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {
    int timeout = kForever;
    if (patience) {
      const auto gone = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
      timeout = static_cast<int>(std::clamp<std::int64_t>((*patience - gone).count(), 0, 1 << 30));
    }
    pollfd entry{.fd = socket, .events = static_cast<decltype(pollfd::events)>(events), .revents = 0};
    const int ready = ::poll(&entry, 1, timeout);
    if (ready > 0) return {};
    if (ready == 0) return Error(ErrorCode::kTimeout, std::string("Runtime API: ") + doing + ": no answer in time");
    if (errno != EINTR) return system_error(ErrorCode::kUnavailable, doing, errno);
  }
}

int open_socket(const addrinfo& at) {
  const int opened = ::socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at.ai_protocol);
  if (opened < 0) return opened;
  const int on = 1;
  ::setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(opened, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  return opened;
}

// 0, or the error number of why not.
int finish_connecting(int socket, const addrinfo& at, std::optional<Millis> patience) {
  if (::connect(socket, at.ai_addr, at.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  if (!wait_for(socket, POLLOUT, patience, "connecting").ok()) return ETIMEDOUT;
  int failed = 0;
  socklen_t size = sizeof failed;
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) return errno;
  return failed;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Head {
  PlainAnswer answer;
  bool http_1_0 = false;
};

// "HTTP/1.1 200 OK"; the reason may be missing.
Result<Head> parse_head(std::string_view text) {
  Head head;
  const std::size_t end = text.find('\n');
  const std::string_view first = trimmed(text.substr(0, end));
  const bool is_http = first.size() >= 12 && first.starts_with("HTTP/1.") && first[8] == ' ';
  const auto status = is_http ? number(first.substr(9, 3), 10) : std::nullopt;
  if (!status || *status < 100 || *status > 599 || (first.size() > 12 && first[12] != ' '))
    return corrupt("the answer is no HTTP/1.x");
  head.http_1_0 = first[7] == '0';
  head.answer.status = static_cast<int>(*status);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  while (!text.empty()) {
    const std::size_t stop = text.find('\n');
    const std::string_view line = text.substr(0, stop);
    text.remove_prefix(stop == std::string_view::npos ? text.size() : stop + 1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return corrupt("a header of the answer has no name");
    head.answer.headers.emplace_back(lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  }
  return head;
}

std::string head_of(const PlainRequest& request, const RuntimeAddress& address) {
  std::string head = std::string(request.method) + " " + request.path + " HTTP/1.1\r\nHost: " + address.authority +
                     "\r\nUser-Agent: silent-scalper\r\n";
  for (const auto& [name, value] : request.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (request.method != "GET") head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return head + "\r\n";
}

}  // namespace

std::string_view PlainAnswer::header(std::string_view name) const {
  for (const auto& [own, value] : headers)
    if (own == name) return value;
  return {};
}

// How the body of an answer ends (RFC 9112, section 6.3).
struct PlainHttp::Framing {
  bool none = false;
  bool chunked = false;
  std::optional<std::uint64_t> length;
  bool keeps_alive = true;

  [[nodiscard]] bool is_delimited() const { return none || chunked || length.has_value(); }

  static Result<Framing> of(const Head& head) {
    Framing framing;
    const int status = head.answer.status;
    framing.none = status == 204 || status == 304;
    framing.keeps_alive = !head.http_1_0;
    for (const auto& [name, value] : head.answer.headers) {
      if (name == "connection") {
        const std::string word = lower(value);
        framing.keeps_alive = word == "keep-alive" || (word != "close" && framing.keeps_alive);
      }
      if (name == "transfer-encoding") {
        const std::string word = lower(value);
        if (word != "chunked" && word != "identity") return corrupt("the answer has an unknown transfer encoding");
        framing.chunked = word == "chunked";
      }
      if (name != "content-length") continue;
      const auto length = number(value, 10);
      if (!length || (framing.length && *framing.length != *length)) return corrupt("the answer's length is no number");
      framing.length = length;
    }
    return framing;
  }
};

void PlainHttp::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
}

Result<void> PlainHttp::connect(std::optional<Millis> patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int unresolved = ::getaddrinfo(address_.host.c_str(), address_.port.c_str(), &hints, &found);
  if (unresolved != 0)
    return Error(ErrorCode::kUnavailable,
                 "Runtime API: looking up " + escape_text(address_.host) + ": " + ::gai_strerror(unresolved));
  int failed = EADDRNOTAVAIL;
  for (const addrinfo* at = found; at != nullptr && socket_ < 0; at = at->ai_next) {
    socket_ = open_socket(*at);
    failed = socket_ < 0 ? errno : finish_connecting(socket_, *at, patience);
    if (failed != 0) close();
  }
  ::freeaddrinfo(found);
  if (socket_ >= 0) return {};
  return system_error(failed == ETIMEDOUT ? ErrorCode::kTimeout : ErrorCode::kUnavailable, "connecting", failed);
}

Result<void> PlainHttp::send(std::string_view bytes, std::optional<Millis> patience) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      SCALPER_TRY(wait_for(socket_, POLLOUT, patience, "sending"));
    } else if (errno != EINTR) {
      return system_error(ErrorCode::kUnavailable, "sending", errno);
    }
  }
  return {};
}

Result<bool> PlainHttp::receive(std::optional<Millis> patience) {
  std::array<char, kPiece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills what is used
  for (;;) {
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got > 0) {
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
      answered_ = true;
      return true;
    }
    if (got == 0) return false;
    if (errno == EAGAIN) {
      SCALPER_TRY(wait_for(socket_, POLLIN, patience, "receiving"));
    } else if (errno != EINTR) {
      return system_error(answered_ ? ErrorCode::kCorrupt : ErrorCode::kUnavailable, "receiving", errno);
    }
  }
}

Result<PlainAnswer> PlainHttp::exchange(const PlainRequest& request) {
  const bool kept = socket_ >= 0;
  auto answer = exchange_once(request);
  if (kept && !answered_ && answer.failed_with(ErrorCode::kUnavailable)) answer = exchange_once(request);
  return answer;
}

Result<PlainAnswer> PlainHttp::exchange_once(const PlainRequest& request) {
  answered_ = false;
  if (socket_ < 0) SCALPER_TRY(connect(request.patience));
  const auto sent = [&]() -> Result<void> {
    const std::string head = head_of(request, address_);
    if (request.body.size() <= kPiece) return send(head + std::string(request.body), request.patience);
    SCALPER_TRY(send(head, request.patience));
    return send(request.body, request.patience);
  }();
  // An answer may lie there although not all could be sent: too large, too late.
  auto answer =
      sent.ok() || sent.failed_with(ErrorCode::kUnavailable) ? read_answer(request) : Result<PlainAnswer>(sent.error());
  if (!answer.ok()) close();
  return answer;
}

Result<PlainAnswer> PlainHttp::read_answer(const PlainRequest& request) {
  Head head;
  do {  // what comes before the answer proper (1xx) is passed over
    SCALPER_TRY_ASSIGN(const std::string text, read_head(request.patience));
    SCALPER_TRY_ASSIGN(head, parse_head(text));
  } while (head.answer.status < 200);
  SCALPER_TRY_ASSIGN(const Framing framing, Framing::of(head));
  bool keep = framing.keeps_alive && framing.is_delimited();
  if (request.wants_body) {
    SCALPER_TRY(read_body(request, framing, head.answer.body));
  } else if (keep) {
    std::string unwanted;
    keep = framing.length.value_or(0) <= kMaxUnwanted && read_body(request, framing, unwanted).ok();
  }
  if (!keep || !buffer_.empty()) close();  // bytes that nobody asked for: nothing after them could be trusted
  return std::move(head.answer);
}

Result<std::string> PlainHttp::read_head(std::optional<Millis> patience) {
  std::size_t begin = 0;
  for (std::size_t line = 0;;) {
    SCALPER_TRY_ASSIGN(const std::size_t end, find_line_end(line, patience));
    const bool is_empty = end == line || (end == line + 1 && buffer_[line] == '\r');
    if (is_empty && line > begin) {
      std::string head = buffer_.substr(begin, line - begin);
      buffer_.erase(0, end + 1);
      return head;
    }
    line = end + 1;
    if (is_empty) begin = line;  // RFC 9112, 2.2: empty lines before a message are passed over
    if (line > kMaxHead) return corrupt("the head of the answer is too long");
  }
}

// Where the line feed is that ends what begins at `from`.
Result<std::size_t> PlainHttp::find_line_end(std::size_t from, std::optional<Millis> patience) {
  for (std::size_t looked = from;;) {
    const std::size_t end = buffer_.find('\n', looked);
    if (end != std::string::npos) return end;
    looked = buffer_.size();
    if (looked - from > kMaxHead) return corrupt("a line of the answer is too long");
    SCALPER_TRY_ASSIGN(const bool more, receive(patience));
    if (!more && !answered_) return Error(ErrorCode::kUnavailable, "Runtime API: the connection ended without answer");
    if (!more) return corrupt("the answer broke off");
  }
}

// Without its end, which may be a bare line feed.
Result<std::string> PlainHttp::read_line(std::optional<Millis> patience) {
  SCALPER_TRY_ASSIGN(const std::size_t end, find_line_end(0, patience));
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<void> PlainHttp::read_body(const PlainRequest& request, const Framing& framing, std::string& body) {
  if (framing.none) return {};
  if (framing.chunked) return read_chunks(request.patience, body);
  if (framing.length) return read_exactly(*framing.length, request.patience, body);
  return read_to_end(request.patience, body);
}

Result<void> PlainHttp::read_exactly(std::uint64_t count, std::optional<Millis> patience, std::string& body) {
  if (count > kMaxBody - std::min<std::uint64_t>(body.size(), kMaxBody)) return corrupt("the answer is too long");
  while (buffer_.size() < count) {
    SCALPER_TRY_ASSIGN(const bool more, receive(patience));
    if (!more) return corrupt("the answer broke off");
  }
  body.append(buffer_, 0, static_cast<std::size_t>(count));
  buffer_.erase(0, static_cast<std::size_t>(count));
  return {};
}

Result<void> PlainHttp::read_chunks(std::optional<Millis> patience, std::string& body) {
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::string line, read_line(patience));
    const auto size = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
    if (!size) return corrupt("a chunk of the answer has no size");
    if (*size == 0) break;
    SCALPER_TRY(read_exactly(*size, patience, body));
    SCALPER_TRY_ASSIGN(const std::string end, read_line(patience));
    if (!end.empty()) return corrupt("a chunk of the answer is longer than it says");
  }
  for (;;) {  // trailers
    SCALPER_TRY_ASSIGN(const std::string line, read_line(patience));
    if (line.empty()) return {};
  }
}

Result<void> PlainHttp::read_to_end(std::optional<Millis> patience, std::string& body) {
  for (;;) {
    if (body.size() + buffer_.size() > kMaxBody) return corrupt("the answer is too long");
    body += buffer_;
    buffer_.clear();
    SCALPER_TRY_ASSIGN(const bool more, receive(patience));
    if (!more) return {};
  }
}

}  // namespace scalper::lambda
