#pragma once
// HTTP/1.1 in front of the API: one thread for sockets and timers, a few that
// may block. The same code serves TCP, with or without TLS, where a request says
// by an access token who calls (admission.h), and the Unix socket of the data
// folder, where its owner may do everything.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/reply.h"
#include "api/request.h"
#include "base/result.h"
#include "hosts/server/admission.h"
#include "hosts/server/client_limits.h"
#include "hosts/server/listen_address.h"
#include "hosts/server/tls.h"
#include "model/names.h"
#include "ports/byte_source.h"
#include "ports/clock.h"

namespace scalper::server {

struct ServerLimits {
  std::size_t connections = 1280;  // of each door, so that readers never keep operators out; above: closed with 503
  std::size_t connections_of_one = 64;  // of one address that is neither this machine nor a trusted proxy
  std::size_t waiting = 1000;           // requests that wait for a file, none of them with a thread; above: 429
  std::size_t following = 1000;         // requests whose answers go on (api::Follow), nor they; above: 429
  std::uint32_t header_bytes = 16 * 1024;
  unsigned blocking_threads = 4;
  std::size_t operations = 4;  // calls that take long (api::takes_long), each with a thread of its own; above: 503
  // Bytes of bodies that are read whole, of all connections together, but for those of up to `small_body`; above: 503.
  std::uint64_t bodies = std::uint64_t{64} << 20U;
  std::uint64_t small_body = 16 * 1024;
  // Requests whose bodies are read as they come, each with a thread of its own; above: 503. Half of them for one
  // caller.
  std::size_t streams = 64;
  std::chrono::milliseconds idle{60000};    // between requests
  std::chrono::milliseconds header{10000};  // from a request's first byte to its header's last
  std::chrono::milliseconds body{30000};    // all of it, where it is read whole
  // A body that is read as it comes may be waited for `stream_start` and as long as `stream_rate` (bytes a second)
  // allows for what has come, and never longer than `stream_pause` for its next byte; then 408.
  std::chrono::milliseconds stream_start{15000};
  std::chrono::milliseconds stream_pause{30000};
  std::uint64_t stream_rate = 4096;
  std::chrono::milliseconds write{30000};       // each piece of an answer
  std::chrono::milliseconds answer{60000};      // what a reader's request may take inside
  std::chrono::milliseconds operation{600000};  // what an operator's may: a sweep, an audit
  std::chrono::milliseconds grace{5000};        // for requests that run when the server stops
};

struct ServerOptions {
  std::optional<ListenAddress> listen;
  std::string socket_path;  // empty: none
  ServerLimits limits;
  AdmissionRules rules;
  ClientLimitOptions client_limits;
  // Whom a token stands for, from any thread; nullopt: nobody. Null: no token is good.
  std::function<Result<std::optional<api::Caller>>(const std::string& token, const CallContext&)> find_caller = nullptr;
  // Told of a client whose tokens are refused unseen from now on for a while; on the server's thread.
  std::function<void(const std::string& client)> on_guessing = nullptr;
  // Told of a request that was answered before a handler saw it: no HTTP, too large, refused at the door, over its
  // share. The method is empty where the head could not be read. On the server's thread.
  std::function<void(const api::RequestHead&, int status, const std::string& request_id)> on_turned_away = nullptr;
  std::shared_ptr<TlsFiles> tls = nullptr;  // null: TCP without TLS; goes with rules.tls
};

using Handler = std::function<api::Reply(const api::RequestHead&, ByteSource&, const CallContext&)>;

class Server {
 public:
  // Binds and listens; connections wait until run(). kAlreadyExists: the port
  // is in use. kPermissionDenied.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(ServerOptions options, Handler handler, Clock& clock);
  ~Server();

  // The TCP port that is listened on; 0 if none is.
  [[nodiscard]] std::uint16_t port() const;

  // Serves on the calling thread until stop(); then requests that run are
  // answered, at most for `grace`.
  void run();
  // These two from any thread.
  void stop();
  // A file became final: whoever waits for it is answered now instead of at the
  // next look, and answers that go on are gone on with.
  void notify(const FileId& id);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace scalper::server
