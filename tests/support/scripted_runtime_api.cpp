#include "support/scripted_runtime_api.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

namespace scalper {
namespace {

// A whole request by its Content-Length; nothing once the client has closed.
std::optional<ScriptedRuntimeApi::Request> read_request(int socket) {
  std::string bytes;
  std::array<char, 16384> piece{};
  std::size_t end = std::string::npos;
  std::size_t length = 0;
  while (end == std::string::npos || bytes.size() < end + 4 + length) {
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) return std::nullopt;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    end = bytes.find("\r\n\r\n");
    const std::size_t field = bytes.find("Content-Length: ");
    if (field < end && end != std::string::npos) length = std::stoul(bytes.substr(field + 16));
  }
  return ScriptedRuntimeApi::Request{bytes.substr(0, bytes.find("\r\n")), bytes.substr(0, end), bytes.substr(end + 4)};
}

void reset_on_close(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

ScriptedRuntimeApi::ScriptedRuntimeApi() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  EXPECT_EQ(::bind(listening_, reinterpret_cast<sockaddr*>(&at), size), 0);
  EXPECT_EQ(::listen(listening_, 8), 0);
  EXPECT_EQ(::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size), 0);
  port_ = ntohs(at.sin_port);
}

ScriptedRuntimeApi::~ScriptedRuntimeApi() {
  ::shutdown(listening_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  ::close(listening_);
  EXPECT_TRUE(script_.empty()) << script_.size() << " answers were not asked for";
}

void ScriptedRuntimeApi::answer(std::string bytes, Then then) {
  const std::lock_guard lock(mutex_);
  script_.push_back({std::move(bytes), then});
  if (!thread_.joinable()) thread_ = std::jthread([this] { serve(); });
}

void ScriptedRuntimeApi::event(const std::string& request_id, const std::string& payload, const std::string& more) {
  answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: " + request_id + "\r\n" +
         more + "Content-Length: " + std::to_string(payload.size()) + "\r\n\r\n" + payload);
}

std::string ScriptedRuntimeApi::address() const { return "127.0.0.1:" + std::to_string(port_); }

std::vector<ScriptedRuntimeApi::Request> ScriptedRuntimeApi::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int ScriptedRuntimeApi::connections() {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void ScriptedRuntimeApi::serve() {
  for (;;) {
    const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    {
      const std::lock_guard lock(mutex_);
      ++connections_;
    }
    while (serve_one(socket)) continue;
    ::close(socket);
    const std::lock_guard lock(mutex_);
    if (script_.empty()) break;
  }
  ::shutdown(listening_, SHUT_RDWR);  // gone: whoever connects is refused
}

bool ScriptedRuntimeApi::serve_one(int socket) {
  auto request = read_request(socket);
  if (!request) return false;
  Step step;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(*std::move(request));
    if (script_.empty()) return false;
    step = std::move(script_.front());
    script_.pop_front();
  }
  ::send(socket, step.bytes.data(), step.bytes.size(), MSG_NOSIGNAL);
  if (step.then == Then::kReset) reset_on_close(socket);
  return step.then == Then::kKeep;
}

}  // namespace scalper
