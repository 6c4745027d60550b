#include "hosts/server/up.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <memory>
#include <ostream>
#include <stop_token>
#include <system_error>
#include <utility>

#include "api/handle.h"
#include "api/request_trace.h"
#include "base/escape.h"
#include "hosts/local_exit_codes.h"
#include "hosts/server/listen_address.h"
#include "hosts/server/server.h"
#include "hosts/server/service_manager.h"
#include "hosts/server/stop_signals.h"

namespace scalper::server {
namespace {

constexpr ::rlim_t kMostDescriptors = 65536;
constexpr int kArenas = 2;
constexpr std::size_t kPathChars = 400;

// Each file in work and each connection holds a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kMostDescriptors));
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string url_of(const ListenAddress& address, std::uint16_t port, bool tls) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(port);
}

int exit_code_of_listening(const Error& error) {
  return error.code() == ErrorCode::kAlreadyExists ? static_cast<int>(kExitUnreachable) : exit_code_of(error.code());
}

Result<std::unique_ptr<Server>> open_server(LocalGate& gate, const ListenAddress& address, const DoorOptions& door) {
  ServerOptions options;
  options.listen = address;
  options.socket_path = gate.socket_path();
  SCALPER_TRY(hang_door(door, address, *gate.service().tokens, gate.service().gate, options));
  options.on_turned_away = [&service = gate.service()](const api::RequestHead& head, int status,
                                                       const std::string& request_id) {
    if (service.on_request)
      service.on_request({.method = head.method.empty() ? "none" : std::string_view(head.method),
                          .route = "refused",
                          .status = status,
                          .role = head.role,
                          .caller = head.caller,
                          .request_id = request_id,
                          .trace = api::trace_of(head, request_id, service.gate.new_owner)});
  };
  const auto answer = [&gate](const api::RequestHead& head, ByteSource& body, const CallContext& context) {
    return api::handle(gate.service(), head, body, context);
  };
  return Server::open(std::move(options), answer, gate.clock());
}

// Found out before the first file lies there and cannot be taken. The reason, or nothing.
std::string not_writable(const std::string& data) {
  for (const char* const name : {"input", "output", "quarantine"}) {
    if (::access((data + "/" + name).c_str(), W_OK | X_OK) == 0) continue;
    const std::string why = std::error_code(errno, std::generic_category()).message();
    return "the folder " + escape_text(data, kPathChars) + "/" + name + " cannot be written to by this user (" + why +
           "), and files have to be moved there or from there";
  }
  return {};
}

int serve(LocalGate& gate, Server& server, const std::string& url, const std::string& first_token,
          const std::stop_token& stop, std::ostream& banner) {
  const auto begin_end = [&] {
    gate.begin_stop();
    server.stop();
  };
  std::atomic<bool> broken{false};
  gate.start([&server](const FileId& id) { server.notify(id); },
             [&] {
               broken = true;
               begin_end();
             });
  const std::stop_callback end(stop, begin_end);
  banner << "scalper " << gate.service().version << " is up: " << url << ", data in "
         << escape_text(gate.path(), kPathChars)
         << std::endl;  // NOLINT(performance-avoid-endl): who waits for it reads a pipe
  if (!first_token.empty()) banner << first_token << std::endl;  // NOLINT(performance-avoid-endl): likewise
  tell_service_manager("READY=1");
  server.run();
  tell_service_manager("STOPPING=1");
  gate.stop();
  ::unlink(gate.socket_path().c_str());  // ours while the lock is held
  return broken ? kExitDiskFailed : kExitOk;
}

}  // namespace

int up(const UpOptions& options, std::ostream& banner, const std::function<void(const std::string&)>& complain) {
  // Many threads, each with little to keep.
  ::mallopt(M_ARENA_MAX, kArenas);  // NOLINT(concurrency-mt-unsafe): there is one thread yet
  std::signal(SIGPIPE,
              SIG_IGN);  // NOLINT(cert-err33-c,concurrency-mt-unsafe): a reader that went away is an error of the write
  raise_descriptor_limit();
  std::stop_source stop;
  const StopSignals signals([&stop] { stop.request_stop(); });
  const auto address = parse_listen_address(options.listen);
  if (!address.ok()) {
    complain(address.error().message());
    return exit_code_of(address.error().code());
  }
  if (const auto possible = check_door(options.door, *address); !possible.ok()) {
    complain(possible.error().message());
    return exit_code_of(possible.error().code());
  }
  auto opened = LocalGate::open(options.gate);
  if (const auto* why = std::get_if<NotOpened>(&opened)) {
    complain(why->message);
    return why->exit_code;
  }
  LocalGate& gate = *std::get<std::unique_ptr<LocalGate>>(opened);
  if (const std::string why = not_writable(gate.path()); !why.empty()) {
    complain(why);
    return kExitNotPermitted;
  }
  const auto server = open_server(gate, *address, options.door);
  if (!server.ok()) {
    complain(server.error().message());
    return exit_code_of_listening(server.error());
  }
  const auto first = first_token(*gate.service().tokens, gate.clock());
  if (!first.ok()) {
    complain(first.error().message());
    return exit_code_of(first.error().code());
  }
  const std::string url = url_of(*address, (*server)->port(), !options.door.tls_cert.empty());
  const int code = serve(gate, **server, url, *first, stop.get_token(), banner);
  if (code == kExitDiskFailed) complain("the gate ended by itself; the last error in its log says why");
  return code;
}

}  // namespace scalper::server
