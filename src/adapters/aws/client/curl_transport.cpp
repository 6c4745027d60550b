#include "adapters/aws/client/curl_transport.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "adapters/aws/client/curl_transfer.h"

namespace scalper::aws {
namespace {

// Once a process, before anything else asks for TLS: reading openssl.cnf costs time, and a foreign one may change what
// is trusted.
void start_libraries() {
  static const bool started = [] {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }();
  (void)started;  // handles that are not whole say so later
}

class TransferSource final : public ByteSource {
 public:
  explicit TransferSource(std::unique_ptr<CurlTransfer> transfer) : transfer_(std::move(transfer)) {}
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    return transfer_->read(context, into);
  }

 private:
  std::unique_ptr<CurlTransfer> transfer_;
};

}  // namespace

CurlTransport::CurlTransport(Clock& clock, const CurlTransportOptions& options)
    : shared_{clock, options, TrustStore(options.trust), CurlLines(options.kept)} {
  start_libraries();
}

Result<AwsResponse> CurlTransport::send(const CallContext& context, const HttpRequest& request) {
  CurlTransfer transfer(shared_, request, true);
  SCALPER_TRY(transfer.begin());
  SCALPER_TRY(transfer.until_end(context));
  return std::move(transfer.answer());
}

Result<AwsStream> CurlTransport::open(const CallContext& context, const HttpRequest& request) {
  auto transfer = std::make_unique<CurlTransfer>(shared_, request, false);
  SCALPER_TRY(transfer->begin());
  SCALPER_TRY(transfer->until_head(context));
  AwsResponse head = std::move(transfer->answer());
  return AwsStream{std::move(head), std::make_unique<TransferSource>(std::move(transfer))};
}

}  // namespace scalper::aws
