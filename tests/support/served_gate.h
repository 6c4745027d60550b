#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "api/handle.h"
#include "hosts/server/server.h"
#include "support/memory_gate.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"

namespace scalper {

// A server over a gate in memory, with small limits so that their ends are
// reached quickly.
struct ServedGate {
  MemoryGate memory;
  Gate gate = memory.gate();
  api::Service service{gate, memory.contract_source, "1.2.3", [] { return std::string("scalper_up 1\n"); }};
  TempDir dir;
  std::string path = socket_in(dir.path());
  std::unique_ptr<server::Server> server;
  std::thread thread;

  explicit ServedGate(server::ServerLimits limits = {}, server::Handler handler = nullptr) {
    server::ServerOptions options{server::parse_listen_address("127.0.0.1:0").value(), path, limits};
    if (!handler)
      handler = [this](const api::RequestHead& head, ByteSource& body, const CallContext& context) {
        return api::handle(service, head, body, context);
      };
    auto opened = server::Server::open(std::move(options), std::move(handler), memory.clock);
    EXPECT_TRUE(opened.ok());
    server = std::move(opened).value();
    thread = std::thread([this] { server->run(); });
  }
  ~ServedGate() {
    server->stop();
    thread.join();
  }
  [[nodiscard]] std::string host() const { return "Host: localhost:" + std::to_string(server->port()) + "\r\n"; }
  [[nodiscard]] std::string get(const std::string& target, const std::string& more = {}) const {
    return "GET " + target + " HTTP/1.1\r\n" + host() + more + "\r\n";
  }
  // Where the verbs look for it.
  static std::string socket_in(const std::filesystem::path& folder) {
    std::filesystem::create_directory(folder / ".scalper");
    return (folder / ".scalper" / "gate.sock").string();
  }
  // One request over TCP on a connection of its own, until the server closes or
  // has answered.
  [[nodiscard]] std::string once(const std::string& bytes) const {
    RawConnection connection(server->port());
    connection.send(bytes);
    return connection.answer();
  }
};

}  // namespace scalper
