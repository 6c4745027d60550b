#pragma once
// A server on a loopback port that does what a test has written, byte by byte: what a rude or broken server can do.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_st;

namespace scalper {

// An authority that lives as long as the test, and what it says of "127.0.0.1" and "localhost".
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  [[nodiscard]] const std::string& root_pem() const { return root_pem_; }
  // An SSL_CTX of a server; "" for `host` = the right names.
  [[nodiscard]] std::shared_ptr<void> server(const std::string& host = "") const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string root_pem_;
};

// One connection, on its own thread. Reads give up after ten seconds.
class RawPeer {
 public:
  RawPeer(int socket, int index, void* tls_context);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  [[nodiscard]] int index() const { return index_; }  // 0 for the server's first connection
  [[nodiscard]] bool greeted() const { return greeted_; }
  // One request's head with its empty line; "" when the other side has closed.
  [[nodiscard]] std::string head();
  // That many bytes after it; fewer when the other side has closed.
  [[nodiscard]] std::string body(std::size_t size);
  // False when the other side is gone.
  bool send(std::string_view bytes);
  // Blocks until the other side closes or resets.
  void wait_for_close();
  // The connection ends as if the machine had gone: a reset, nothing orderly.
  void reset();
  // The connection ends orderly, but TLS says no farewell.
  void leave() { greeted_ = false; }

 private:
  bool more();
  int socket_;
  int index_;
  bool greeted_ = true;
  ssl_st* tls_ = nullptr;
  std::string buffer_;
};

class RawServer {
 public:
  using Script = std::function<void(RawPeer&)>;
  // `script` is called for each connection; when it returns, the connection is closed.
  explicit RawServer(Script script, std::shared_ptr<void> tls_context = nullptr);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& target) const;
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();

  Script script_;
  std::shared_ptr<void> tls_context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> peers_;
  std::thread acceptor_;
};

}  // namespace scalper
