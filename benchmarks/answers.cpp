// A `bootstrap` of AWS Lambda that only answers: every event of a queue is done at once. The peer of ./bench
// lambda_throughput, which shows what the emulator itself takes.
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

int connection_to(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0)
    return -1;
  const int fd = ::socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  const bool connected = fd >= 0 && ::connect(fd, found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  return connected ? fd : -1;
}

// Sends one request on a connection of its own; the answer up to the end of the connection.
std::string asked(const std::string& address, const std::string& first_line, const std::string& body) {
  const int fd = connection_to(address);
  if (fd < 0) std::exit(0);  // the Runtime API is gone
  const std::string request = first_line + " HTTP/1.1\r\nHost: " + address +
                              "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                              body;
  std::string answer;
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    std::array<char, 65536> chunk{};
    for (ssize_t got = 0; (got = ::recv(fd, chunk.data(), chunk.size(), 0)) > 0;)
      answer.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

// Of the header Lambda-Runtime-Aws-Request-Id, in any letters.
std::string request_id(const std::string& answer) {
  std::string lower = answer;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string name = "\nlambda-runtime-aws-request-id:";
  const std::size_t at = lower.find(name);
  if (at == std::string::npos) return {};
  const std::size_t begin = answer.find_first_not_of(' ', at + name.size());
  return answer.substr(begin, answer.find('\r', begin) - begin);
}

}  // namespace

int main() {
  const char* address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (address == nullptr) return 1;
  const std::string base = "/2018-06-01/runtime/invocation/";
  for (;;) {
    const std::string id = request_id(asked(address, "GET " + base + "next", ""));
    if (id.empty()) return 0;
    asked(address, "POST " + base + id + "/response", R"({"batchItemFailures":[]})");
  }
}
