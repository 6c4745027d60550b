// The Runtime API of AWS Lambda for one function on loopback, and a stop watch. Starts COMMAND with
// AWS_LAMBDA_RUNTIME_API set, gives it COUNT events, which are the lines of FILE in turn, and prints in microseconds:
// exec to the first /next; from an event's last byte to the next /next the median, the least and the last one's; and
// the highest resident memory in KiB. With COUNT 0 the first event is given, and what is timed instead is exec to the
// first bytes at a second port, which stands for AWS: AWS_ENDPOINT_URL is set to it with https, so that these bytes are
// a TLS ClientHello.
#include <arpa/inet.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr int kPatience = 60'000;  // ms

using Time = std::chrono::steady_clock::time_point;
pid_t child = 0;

double micros(Time from) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count();
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  if (child > 0) ::kill(child, SIGKILL);
  std::exit(1);
}

int listen_on_loopback(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, plain, size) != 0 || ::listen(fd, 16) != 0 || ::getsockname(fd, plain, &size) != 0)
    fail("listening");
  const timeval patience = {60, 0};  // accept() ends as well: a child that died does not hang us
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  port = ntohs(address.sin_port);
  return fd;
}

// Reads requests of one client, which may come on one connection or on several.
class Api {
 public:
  explicit Api(int listening) { polled_.push_back({listening, POLLIN, 0}); }

  // The next request, whole; its first line. answer() goes to its connection.
  std::string request() {
    for (;;) {
      if (::poll(polled_.data(), polled_.size(), kPatience) <= 0) fail("waiting for the function");
      if (polled_.front().revents != 0) {
        polled_.push_back({::accept4(polled_.front().fd, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0});
        continue;
      }
      for (std::size_t at = 1; at < polled_.size(); ++at) {
        if (polled_[at].revents == 0) continue;
        if (std::string line = read(polled_[at].fd); !line.empty()) return line;
        if (connection_ < 0) polled_.erase(polled_.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
    }
  }

  void answer(const std::string& bytes) {
    if (::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
      fail("answering the function");
  }

 private:
  // What is there to be read; the first line once the request is whole. `connection_` is -1 where the other side
  // closed.
  std::string read(int connection) {
    if (connection != connection_) text_.clear();  // one request at a time is on its way
    connection_ = connection;
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(connection, chunk.data(), chunk.size(), 0);
    if (got > 0) {
      text_.append(chunk.data(), static_cast<std::size_t>(got));
      return take();
    }
    ::close(connection);
    connection_ = -1;
    return {};
  }

  // A whole request out of what came, or nothing.
  std::string take() {
    const std::size_t end = text_.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    std::string head = text_.substr(0, end);
    std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
    std::size_t size = end + 4;
    if (const auto at = head.find("content-length:"); at != std::string::npos) {
      size += std::strtoull(head.c_str() + at + 15, nullptr, 10);
    } else if (head.find("transfer-encoding: chunked") != std::string::npos) {
      const auto last = text_.find("0\r\n\r\n", end + 4);
      if (last == std::string::npos) return {};
      size = last + 5;
    }
    if (text_.size() < size) return {};
    const std::string line = text_.substr(0, text_.find("\r\n"));
    text_.erase(0, size);
    return line;
  }

  std::vector<pollfd> polled_;  // the listening socket first
  int connection_ = -1;         // of the last request
  std::string text_;            // what came there and was not taken yet
};

void must_be(const std::string& line, const char* word) {
  if (line.find(word) != std::string::npos) return;
  std::fprintf(stderr, "the function said %s, expected %s\n", line.c_str(), word);
  if (child > 0) ::kill(child, SIGKILL);
  std::exit(1);
}

std::string event_of(const std::string& payload) {
  const auto deadline = std::chrono::system_clock::now() + std::chrono::minutes(10);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.time_since_epoch()).count();
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: "
         "8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: " +
         std::to_string(millis) +
         "\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:111122223333:function:f\r\n"
         "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0\r\n"
         "Content-Length: " +
         std::to_string(payload.size()) + "\r\n\r\n" + payload;
}

std::vector<double> warm(Api& api, const std::vector<std::string>& events, int count) {
  std::vector<double> taken;
  for (std::size_t round = 0; round < static_cast<std::size_t>(count); ++round) {
    api.answer(events[round % events.size()]);
    const Time sent = std::chrono::steady_clock::now();
    must_be(api.request(), "/response");
    api.answer(
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n");
    must_be(api.request(), "/next");
    taken.push_back(micros(sent));
  }
  return taken;
}

std::string resident() {
  std::ifstream status("/proc/" + std::to_string(child) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::to_string(std::atol(line.c_str() + 6));
  return "0";
}

// The first bytes at the port that stands for AWS.
double hello(int listening, Time begun) {
  const int connection = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  std::array<unsigned char, 16> bytes{};
  if (connection < 0 || ::recv(connection, bytes.data(), bytes.size(), 0) < 6) fail("waiting for a call to AWS");
  const double took = micros(begun);
  if (bytes[0] == 22 && bytes[5] == 1) return took;  // RFC 8446, 5.1 and 4: a handshake record, a ClientHello
  std::fprintf(stderr, "what came first is no ClientHello\n");
  ::kill(child, SIGKILL);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bench_runtime COUNT FILE COMMAND...\n");
    return 64;
  }
  const int count = std::atoi(argv[1]);
  std::ifstream file(argv[2]);
  std::vector<std::string> events;
  for (std::string line; std::getline(file, line);) events.push_back(event_of(line));
  if (events.empty()) return 64;
  int port = 0;
  int aws_port = 0;
  const int listening = listen_on_loopback(port);
  const int aws = listen_on_loopback(aws_port);
  ::setenv("AWS_LAMBDA_RUNTIME_API", ("127.0.0.1:" + std::to_string(port)).c_str(), 1);
  if (count == 0) ::setenv("AWS_ENDPOINT_URL", ("https://127.0.0.1:" + std::to_string(aws_port)).c_str(), 1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);

  const Time begun = std::chrono::steady_clock::now();
  if (::posix_spawn(&child, argv[3], &actions, nullptr, argv + 3, environ) != 0) fail(argv[3]);
  Api api(listening);
  must_be(api.request(), "/next");
  const double start = micros(begun);
  if (count == 0) {
    api.answer(events.front());
    std::printf("%.1f %.1f\n", start, hello(aws, begun));
  } else {
    auto taken = warm(api, events, count);
    const double last = taken.back();
    std::sort(taken.begin(), taken.end());
    std::printf("%.1f %.1f %.1f %.1f %s\n", start, taken[taken.size() / 2], taken.front(), last, resident().c_str());
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return 0;
}
