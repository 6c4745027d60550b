#pragma once
// `scalper up`: the gate of a data folder, the hot folder and the HTTP API in one process.

#include <functional>
#include <iosfwd>
#include <string>

#include "hosts/local_gate.h"
#include "hosts/server/door.h"

namespace scalper::server {

struct UpOptions {
  LocalGateOptions gate;
  std::string listen;  // see listen_address.h
  DoorOptions door;
};

// Serves until SIGTERM or SIGINT, then ends in order; a second signal ends the process at once. Answers the exit code,
// after one sentence through `complain` where it is not 0. `banner`: gets one line once everything is there, and at the
// first start the first access token, once. Call it before any thread is made.
[[nodiscard]] int up(const UpOptions& options, std::ostream& banner,
                     const std::function<void(const std::string&)>& complain);

}  // namespace scalper::server
