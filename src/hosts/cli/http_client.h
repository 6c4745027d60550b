#pragma once
// One HTTP/1.1 request to a gate, over its Unix socket or over TCP on loopback. Blocking, one connection a request.

#include <chrono>
#include <string>

#include "base/result.h"

namespace scalper::cli {

struct Answer {
  int status = 0;
  std::string content_type;
  std::string body;
};

struct GateAddress {
  std::string socket_path;  // or, where this is empty:
  std::string host;         // numeric, or localhost
  std::string port;
  std::string token = {};  // shown with each request; empty: none
};

// "http://127.0.0.1:8080", with or without a trailing '/'. kInvalidArgument for anything else.
[[nodiscard]] Result<GateAddress> parse_url(const std::string& url);

// kNotFound: nobody listens there. kUnavailable: the other side broke off, or speaks something else. kTimeout.
[[nodiscard]] Result<Answer> http_request(const GateAddress& address, const std::string& method,
                                          const std::string& target, const std::string& body,
                                          std::chrono::seconds patience);

}  // namespace scalper::cli
