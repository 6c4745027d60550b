#pragma once
// A Lambda Runtime API on loopback that answers, byte by byte, what a test has written down, and keeps what it was
// sent.

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace scalper {

class ScriptedRuntimeApi {
 public:
  enum class Then : std::uint8_t { kKeep, kClose, kReset };

  ScriptedRuntimeApi();
  ~ScriptedRuntimeApi();
  ScriptedRuntimeApi(const ScriptedRuntimeApi&) = delete;
  ScriptedRuntimeApi& operator=(const ScriptedRuntimeApi&) = delete;

  // The next request's answer, raw; and what becomes of its connection. Once the script is over, the API is gone.
  void answer(std::string bytes, Then then = Then::kKeep);
  // An event as AWS sends it. `more`: headers, each with its line end.
  void event(const std::string& request_id, const std::string& payload, const std::string& more = {});
  void accepted() { answer("HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"); }

  [[nodiscard]] std::string address() const;
  struct Request {
    std::string line;  // "GET /2018-06-01/runtime/invocation/next HTTP/1.1"
    std::string head;
    std::string body;
  };
  [[nodiscard]] std::vector<Request> requests();
  [[nodiscard]] int connections();

 private:
  struct Step {
    std::string bytes;
    Then then;
  };
  void serve();
  bool serve_one(int socket);

  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::deque<Step> script_;
  std::vector<Request> requests_;
  int connections_ = 0;
  std::jthread thread_;
};

}  // namespace scalper
