#pragma once
// HttpTransport over libcurl and OpenSSL.

#include <cstddef>
#include <string>

#include "adapters/aws/client/curl_line.h"
#include "adapters/aws/client/http_transport.h"
#include "adapters/aws/client/trust_store.h"
#include "ports/clock.h"

namespace scalper::aws {

struct HttpTimeouts {
  Millis connect{std::chrono::seconds{5}};      // name, TCP, proxy and TLS together
  Millis first_byte{std::chrono::seconds{60}};  // from the last byte sent to the first of the head; SQS waits 20 s
  Millis stall{std::chrono::seconds{30}};       // between two bytes of an answer, while somebody waits for them
};

struct CurlTransportOptions {
  HttpTimeouts timeouts;
  Trust trust;
  // As in the variables of these names, for https:// and http:// URLs; empty: none. The process's own environment is
  // not looked at. Loopback and link-local hosts, where credentials come from, are never asked through a proxy.
  std::string https_proxy;
  std::string http_proxy;
  std::string no_proxy;
  std::size_t kept = 32;  // connections without a call that stay open
};

// HTTP/1.1, TLS 1.2 and later, no redirects, no cookies, nothing decoded but chunks. An answer's head is at most
// 256 KiB; each name of a header comes in lower case, trailers are passed over. Everything happens on the caller's
// thread. Outlives every stream that it gave.
class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(Clock& clock, const CurlTransportOptions& options = {});

  [[nodiscard]] Result<AwsResponse> send(const CallContext& context, const HttpRequest& request) override;
  [[nodiscard]] Result<AwsStream> open(const CallContext& context, const HttpRequest& request) override;

  // What the transfers of this transport share.
  struct Shared {
    Clock& clock;
    CurlTransportOptions options;
    TrustStore trust;
    CurlLines lines;
  };

 private:
  Shared shared_;
};

}  // namespace scalper::aws
