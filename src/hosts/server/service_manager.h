#pragma once

#include <string>

namespace scalper::server {

// Tells the service manager "READY=1" or "STOPPING=1" (sd_notify(3), its protocol by hand). Nothing happens where none
// asked for it: NOTIFY_SOCKET is not set. False: it asked and could not be told.
bool tell_service_manager(const std::string& state);

}  // namespace scalper::server
