#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "adapters/memory/memory_audit_log.h"
#include "adapters/memory/memory_passing_markers.h"
#include "adapters/memory/memory_tokens.h"
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
  MemoryAuditLog audit_log{memory.clock};
  MemoryPassingMarkers passing{memory.clock};
  api::Service service{gate, memory.contract_source, "1.2.3", [] { return std::string("scalper_up 1\n"); }};
  MemoryTokens tokens{memory.clock};
  TempDir dir;
  std::string path = socket_in(dir.path());
  std::unique_ptr<server::Server> server;
  std::thread thread;

  explicit ServedGate(server::ServerLimits limits = {}, server::Handler handler = nullptr,
                      const std::function<void(server::ServerOptions&)>& adjust = nullptr) {
    server::ServerOptions options;
    options.listen = server::parse_listen_address("127.0.0.1:0").value();
    options.socket_path = path;
    options.limits = limits;
    service.tokens = &tokens;
    service.audit_log = &audit_log;
    service.passing = &passing;
    options.find_caller = [this](const std::string& token, const CallContext& context) {
      return api::find_caller(tokens, context, token, memory.clock.wall_now());
    };
    if (adjust) adjust(options);
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
  // A fresh access token of that role.
  [[nodiscard]] std::string token(Role role, std::vector<std::string> prefixes = {}) {
    std::string text = new_token_text().value();
    AccessToken made;
    made.hash = token_hash(text);
    made.name = std::string(to_string(role));
    made.role = role;
    made.prefixes = std::move(prefixes);
    made.created = memory.clock.wall_now();
    EXPECT_TRUE(tokens.add({}, made).ok());
    return text;
  }
  static std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
  // One request over TCP on a connection of its own, until the server closes or
  // has answered.
  [[nodiscard]] std::string once(const std::string& bytes) const {
    RawConnection connection(server->port());
    connection.send(bytes);
    return connection.answer();
  }
};

}  // namespace scalper
