#include "hosts/server/tls.h"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <optional>
#include <string_view>

#include "base/escape.h"
#include "hosts/server/stream.h"

namespace scalper::server {
namespace {

namespace net = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds kLookAgain{1};
constexpr std::string_view kProtocol = "\x08http/1.1";  // as in the handshake: its length before it

// Whoever speaks only something else is told so, instead of being read as HTTP/1.1.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void* /*unused*/) {
  unsigned char* chosen = nullptr;
  const auto* const ours = reinterpret_cast<const unsigned char*>(kProtocol.data());
  const int found =
      SSL_select_next_proto(&chosen, out_size, ours, static_cast<unsigned>(kProtocol.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error unusable(const std::string& file, const char* what, const error_code& why) {
  return {ErrorCode::kInvalidArgument, escape_text(file, 400) + ": " + what + ": " + escape_text(why.message(), 200)};
}

class AsioTlsContext final : public TlsContext {
 public:
  mutable net::ssl::context context{net::ssl::context::tls_server};
};

std::string look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "none";
  return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_size) +
         " " + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::string& certificates, const std::string& key) {
  auto made = std::make_shared<AsioTlsContext>();
  net::ssl::context& context = made->context;
  error_code failed;
  context.set_options(
      net::ssl::context::default_workarounds | net::ssl::context::single_dh_use | net::ssl::context::no_compression,
      failed);
  SSL_CTX* const native = context.native_handle();
  if (failed || SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1)
    return Error(ErrorCode::kInternal, "TLS 1.2 cannot be set up");
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  context.use_certificate_chain_file(certificates, failed);
  if (failed) return unusable(certificates, "no chain of certificates in PEM", failed);
  context.use_private_key_file(key, net::ssl::context::pem, failed);
  if (failed) return unusable(key, "no key in PEM, or not that of the certificate", failed);
  if (SSL_CTX_check_private_key(native) != 1)
    return Error(ErrorCode::kInvalidArgument, escape_text(key, 400) + " is not the key of that certificate");
  return std::shared_ptr<const TlsContext>(std::move(made));
}

std::string TlsFiles::look() const { return look_at(certificates_) + " " + look_at(key_); }

Result<void> TlsFiles::load() {
  seen_ = look();
  SCALPER_TRY_ASSIGN(context_, TlsContext::load(certificates_, key_));
  return {};
}

std::shared_ptr<const TlsContext> TlsFiles::current(std::chrono::steady_clock::time_point now) {
  if (now - looked_at_ < kLookAgain) return context_;
  looked_at_ = now;
  std::string seen = look();
  if (seen == seen_) return context_;
  seen_ = std::move(seen);
  auto changed = TlsContext::load(certificates_, key_);
  if (changed.ok())
    context_ = *std::move(changed);
  else
    complain_(changed.error());
  return context_;
}

struct Stream::Tls {
  Tls(Plain& plain, std::shared_ptr<const TlsContext> with)
      : context(std::move(with)), stream(plain, dynamic_cast<const AsioTlsContext&>(*context).context) {}
  std::shared_ptr<const TlsContext> context;
  net::ssl::stream<Plain&> stream;
};

Stream::Stream(Sockets::socket socket) : plain_(std::move(socket)) {}
Stream::~Stream() = default;

net::awaitable<Stream::error_code> Stream::start_tls(std::shared_ptr<const TlsContext> context) {
  tls_ = std::make_unique<Tls>(plain_, std::move(context));
  auto [failed] =
      co_await tls_->stream.async_handshake(net::ssl::stream_base::server, net::as_tuple(net::use_awaitable));
  co_return failed;
}

net::awaitable<void> Stream::end_tls() {
  if (tls_ == nullptr) co_return;
  // Our own word is enough: the other side's may never come.
  SSL_set_shutdown(tls_->stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
  co_await tls_->stream.async_shutdown(net::as_tuple(net::use_awaitable));
}

void Stream::read_tls(net::mutable_buffer buffer, Done done) { tls_->stream.async_read_some(buffer, std::move(done)); }
void Stream::write_tls(net::const_buffer buffer, Done done) { tls_->stream.async_write_some(buffer, std::move(done)); }

}  // namespace scalper::server
