#pragma once
// Where the Lambda Runtime API listens: AWS_LAMBDA_RUNTIME_API, "host:port"; forks and emulators add a scheme or a
// path.

#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::lambda {

struct RuntimeAddress {
  std::string host;  // without the brackets of an IPv6 address
  std::string port = "80";
  std::string path;       // what stands before "/2018-06-01"; empty, or begins with '/' and does not end with it
  std::string authority;  // for the Host header
};

// kInvalidArgument: empty, a scheme other than http, no host, no port number, or bytes that do not belong there.
[[nodiscard]] Result<RuntimeAddress> parse_runtime_address(std::string_view text);

}  // namespace scalper::lambda
