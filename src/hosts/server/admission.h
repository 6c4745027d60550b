#pragma once
// Who may come in over TCP: what a request's head says of its sender, before a byte of its body is read and before any
// token is looked up. Pure: values in, a decision out.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/bearer.h"
#include "api/reply.h"
#include "api/request.h"
#include "hosts/server/client_address.h"

namespace scalper::server {

struct AdmissionRules {
  bool require_token = false;                 // on loopback too
  bool tls = false;                           // this door speaks TLS
  bool plain_http = false;                    // others than proxies may come without TLS
  std::vector<AddressRange> trusted_proxies;  // what they say of clients is believed
  std::vector<std::string> cors_origins;      // exact: "https://gate.example"
};

struct Admission {
  IpAddress client;                                          // behind trusted proxies, the one that they speak for
  bool is_local = false;                                     // on this machine, nobody between
  std::optional<api::Reply> refused;                         // answered with this; nothing else counts then
  std::string token;                                         // to be looked up; the caller is nobody until then
  bool has_bad_credential = false;                           // one that is no token of ours by its look
  api::Caller caller;                                        // without a token
  std::vector<std::pair<std::string, std::string>> headers;  // to be sent with the answer (CORS)
};

// `hosts`: how many Host headers there are. `port`: that is listened on.
[[nodiscard]] Admission judge(const AdmissionRules& rules, const IpAddress& peer, const api::RequestHead& head,
                              std::size_t hosts, std::uint16_t port);

// "https://name[:port]", a browser's serialized origin (RFC 6454, 6.2), lower case, without a path; never "*" or
// "null".
[[nodiscard]] bool is_origin(std::string_view text);

}  // namespace scalper::server
