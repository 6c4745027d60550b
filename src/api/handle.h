#pragma once
// START HERE: the REST API on values. A host reads a request from wherever it comes, asks, and writes the answer.

#include <string>
#include <string_view>
#include <vector>

#include "api/reply.h"
#include "api/request.h"
#include "api/service.h"

namespace scalper::api {

// Thread-safe; blocks as long as the ports do, at most until the context's deadline. `body` is read only by routes that
// take one. Never an Error: what could not be done is a problem (api/problem.h).
[[nodiscard]] Reply handle(Service& service, const RequestHead& head, ByteSource& body, const CallContext& context);

[[nodiscard]] int status_of(const Reply& reply);

// The largest body that any route takes from such a caller; a host may refuse longer ones unread.
[[nodiscard]] std::size_t largest_body(Role role);

// What handle() answers to, for those who compare it with schemas/openapi.yaml.
struct RouteLine {
  std::string_view method;
  std::string_view path;        // "{}" is one segment
  std::string_view parameters;  // names, separated by spaces
  std::vector<Role> roles;      // who may ask
};
[[nodiscard]] std::vector<RouteLine> route_table();
// Whether the route of this request reads its body as it arrives, however long it is, and may answer before that; else
// a host reads the whole body first. Without a look at who calls.
[[nodiscard]] bool reads_stream(const RequestHead& head);
// Whether it may take so long that a host should keep it from the threads of the others.
[[nodiscard]] bool takes_long(const RequestHead& head);

}  // namespace scalper::api
