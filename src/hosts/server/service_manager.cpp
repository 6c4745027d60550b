#include "hosts/server/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "adapters/local/posix.h"
#include "hosts/environment.h"

namespace scalper::server {

bool tell_service_manager(const std::string& state) {
  const std::string path = environment("NOTIFY_SOCKET");
  if (path.empty()) return true;
  sockaddr_un address{};
  if ((path[0] != '/' && path[0] != '@') || path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';  // the abstract name space of unix(7)
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  return ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                  size) == static_cast<::ssize_t>(state.size());
}

}  // namespace scalper::server
