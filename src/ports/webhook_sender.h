#pragma once
// One POST to somebody outside.

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ports/call_context.h"

namespace scalper {

struct WebhookRequest {
  std::string url;  // as check_webhook_url() let it through
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool allow_http = false;  // plain HTTP also beyond loopback
};

struct WebhookAnswer {
  int status = 0;         // any; redirects are not followed
  Millis retry_after{0};  // what the answer's Retry-After asks for in seconds; 0: nothing
};

// Thread-safe, blocks for as long as the adapter's limits and the context let it.
class WebhookSender {
 public:
  virtual ~WebhookSender() = default;
  // Any status is an answer. kUnavailable: no name, no connection, no TLS, cut off. kTimeout. kCancelled.
  // kPermissionDenied: the address may not be asked. Messages hold neither the URL's path nor anything that was sent.
  [[nodiscard]] virtual Result<WebhookAnswer> post(const CallContext& context, const WebhookRequest& request) = 0;
  // kInvalidArgument says what is wrong: not http or https, a user or password, a fragment, too long, plain HTTP to a
  // name that is not loopback without `allow_http`. kPermissionDenied: its host is an address that post() would refuse.
  [[nodiscard]] virtual Result<void> check_url(const std::string& url, bool allow_http) = 0;
};

}  // namespace scalper
