#include "hosts/local_socket.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr int kBacklog = 64;
constexpr mode_t kOwnerOnly = 0600;

Error failed(const std::string& doing, const std::string& path) {
  const int number = errno;
  ErrorCode code = ErrorCode::kUnavailable;
  if (number == ENOENT || number == ECONNREFUSED || number == ENOTDIR) code = ErrorCode::kNotFound;
  if (number == EACCES || number == EPERM) code = ErrorCode::kPermissionDenied;
  return {code, doing + " " + escape_text(path, 400) + ": " + std::generic_category().message(number)};
}

struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  int release() { return std::exchange(number, -1); }
};

// The address of `name` below the open folder, by way of /proc: proc(5),
// /proc/[pid]/fd.
sockaddr_un address_below(int folder, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder) + "/" + name;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

struct Place {
  Descriptor folder;
  Descriptor socket;
  std::string name;
  sockaddr_un address{};
};

Result<void> prepare(const std::string& path, Place& place) {
  const std::filesystem::path whole(path);
  const std::string folder = whole.has_parent_path() ? whole.parent_path().string() : std::string(".");
  place.name = whole.filename().string();
  place.folder.number = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place.folder.number < 0) return failed("opening", folder);
  place.address = address_below(place.folder.number, place.name);
  place.socket.number = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (place.socket.number < 0) return failed("making a socket for", path);
  return {};
}

}  // namespace

Result<int> listen_local(const std::string& path) {
  Place place;
  SCALPER_TRY(prepare(path, place));
  if (::unlinkat(place.folder.number, place.name.c_str(), 0) != 0 && errno != ENOENT) return failed("removing", path);
  const auto* address = reinterpret_cast<const sockaddr*>(&place.address);
  if (::bind(place.socket.number, address, sizeof place.address) != 0) return failed("binding", path);
  // Nobody can connect before listen(), so the mode is right from the first
  // moment on.
  if (::fchmodat(place.folder.number, place.name.c_str(), kOwnerOnly, 0) != 0) return failed("protecting", path);
  if (::listen(place.socket.number, kBacklog) != 0) return failed("listening on", path);
  return place.socket.release();
}

Result<int> connect_local(const std::string& path) {
  Place place;
  SCALPER_TRY(prepare(path, place));
  const auto* address = reinterpret_cast<const sockaddr*>(&place.address);
  if (::connect(place.socket.number, address, sizeof place.address) != 0) return failed("connecting to", path);
  return place.socket.release();
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return failed("asking who is at", "the socket");
  return Peer{credentials.uid, credentials.pid};
}

std::string user_name(unsigned user) {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
    return "uid " + std::to_string(user);
  return escape_text(entry.pw_name) + " (uid " + std::to_string(user) + ")";
}

}  // namespace scalper
