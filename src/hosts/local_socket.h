#pragma once
// The Unix socket of a data folder, for the gate that listens and the programs
// that ask. Paths may be longer than the 108 bytes of a socket address: only
// the last name is given to the kernel, below an open folder.

#include <string>

#include "base/result.h"

namespace scalper {

// Both answer a file descriptor that the caller owns, close-on-exec.

// Binds and listens, mode 0600; what stood there of an earlier run is removed.
// The caller holds the folder's lock.
[[nodiscard]] Result<int> listen_local(const std::string& path);

// kNotFound: there is no socket, or nobody listens. kPermissionDenied: it
// belongs to another user.
[[nodiscard]] Result<int> connect_local(const std::string& path);

struct Peer {
  unsigned user = 0;
  int process = 0;
};
// Who is at the other end (SO_PEERCRED, unix(7)).
[[nodiscard]] Result<Peer> peer_of(int socket);

// "alice (uid 1000)", for records of reviews; escaped.
[[nodiscard]] std::string user_name(unsigned user);

}  // namespace scalper
