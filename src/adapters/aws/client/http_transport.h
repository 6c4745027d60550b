#pragma once
// HTTP/1.1 over kept-alive connections, as the client of the AWS services and the sources of credentials need it: it
// knows nothing of AWS, of signatures or of trying again.

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "base/time.h"

namespace scalper::aws {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // whole and encoded; sent as it is, dot segments included. Redirects are not followed
  Fields headers;   // as they go out; content-length is the transport's
  std::string body;
  ByteSource* stream = nullptr;  // instead of `body`, `stream_length` bytes; borrowed for the call
  std::uint64_t stream_length = 0;
  std::uint64_t answer_limit = 16 << 20;  // send(): a longer body is kCorrupt
  // A kept connection may turn out to be dead only when it is used. Then a repeatable request is made again on a fresh
  // one, once and without a word; any other answers kUnavailable.
  bool repeatable = true;
  // Where given: set to whether any byte of the request may have reached the other side. Borrowed for the call.
  bool* went_out = nullptr;
};

// Any status is an answer. Errors say why there is none: kTimeout (connecting, first byte, a stall, or the context's
// deadline), kCancelled, kUnavailable (name, connection, TLS), kCorrupt (cut short, no HTTP, above the limit),
// kInvalidArgument (a request that cannot be sent as it is), and what `stream` answers.
// Thread-safe; one connection a call at a time, as many as there are calls.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  [[nodiscard]] virtual Result<AwsResponse> send(const CallContext& context, const HttpRequest& request) = 0;
  // The head as soon as it is there. The body's source holds its connection until it is read to the end or destroyed.
  [[nodiscard]] virtual Result<AwsStream> open(const CallContext& context, const HttpRequest& request) = 0;
};

}  // namespace scalper::aws
