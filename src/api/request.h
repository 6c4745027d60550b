#pragma once
// What a host hands to the API: values, no sockets.

#include <cstdint>
#include <optional>
#include <string>

namespace scalper::api {

// How the caller came in. Until there are tokens, the way in is the credential.
enum class Door : std::uint8_t {
  kReader,    // anybody who reaches the port: looking only
  kOperator,  // the owner of the data folder, over the Unix socket or in the same process
};

struct RequestHead {
  std::string method = "GET";
  std::string target;  // origin form (RFC 9112, 3.2.1), as received: "/v1/files?status=valid"
  Door door = Door::kReader;
  std::string caller;  // who, for reviews: "alice (uid 1000)"; empty: unknown
  // False once the host has waited: the answer is then what there is.
  bool may_wait = true;
  // False: nobody has said who calls. Health then shows no more than that all is well or not.
  bool is_known = true;
};

}  // namespace scalper::api
