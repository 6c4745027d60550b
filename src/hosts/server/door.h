#pragma once
// How the TCP door of `scalper up` is guarded, as its options say.

#include <string>
#include <vector>

#include "hosts/server/server.h"
#include "pipeline/gate.h"
#include "ports/tokens.h"

namespace scalper::server {

struct DoorOptions {
  bool require_token = false;
  bool plain_http = false;
  std::string tls_cert;  // files in PEM; both or none
  std::string tls_key;
  std::vector<std::string> trusted_proxies;  // ranges of addresses
  std::vector<std::string> cors_origins;
  double requests_per_second = 50;  // of one client from elsewhere; 0: no limit
};

// Whether it can be as it is said, before anything is made. kPermissionDenied: others reach the address, and neither
// TLS nor a trusted proxy stands before it, nor was it said that plain HTTP is meant. kInvalidArgument: an option that
// is not understood, or files that are no certificate and its key.
[[nodiscard]] Result<void> check_door(const DoorOptions& door, const ListenAddress& address);

// Fills in what `options` knows of who may come in. Errors are those of check_door(). Tokens and gate outlive the
// server.
[[nodiscard]] Result<void> hang_door(const DoorOptions& door, const ListenAddress& address, Tokens& tokens, Gate& gate,
                                     ServerOptions& options);

// At the first start, when there is no token yet: one of an operator is made; the line that shows it. Else, and where
// standard output goes to a service manager's log, which would keep it: empty.
[[nodiscard]] Result<std::string> first_token(Tokens& tokens, Clock& clock);

}  // namespace scalper::server
