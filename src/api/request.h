#pragma once
// What a host hands to the API: values, no sockets.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/role.h"

namespace scalper::api {

using scalper::Role;

// Names in lower case; several values of one name joined by ", ".
using Headers = std::map<std::string, std::string, std::less<>>;

struct RequestHead {
  std::string method = "GET";
  std::string target;  // origin form (RFC 9112, 3.2.1), as received: "/v1/files?status=valid"
  Role role = Role::kViewer;
  std::string caller;  // who, for reviews: "alice (uid 1000)"; empty: unknown
  // False once the host has waited: the answer is then what there is.
  bool may_wait = true;
  // Keys that an uploader may send and see begin with one of these; empty: any. Others are not bound by them.
  std::vector<std::string> prefixes = {};
  Headers headers = {};

  // Empty where it was not sent.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
  }
};

}  // namespace scalper::api
