#include "adapters/aws/client/trust_store.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>

#include "base/escape.h"

namespace scalper::aws {
namespace {

// Debian and its kin, Fedora and Amazon Linux, older ones of both, SUSE, Alpine.
constexpr std::array kSystemBundles = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
                                       "/etc/ssl/cert.pem"};

Result<void> load_file(X509_STORE& store, const std::string& path) {
  ERR_clear_error();
  const bool loaded = X509_STORE_load_file(&store, path.c_str()) == 1;
  ERR_clear_error();
  if (loaded) return {};
  return Error(ErrorCode::kInvalidArgument,
               "the certificate bundle " + escape_text(path, 300) + " cannot be read or holds no certificate in PEM");
}

Result<void> load_text(X509_STORE& store, std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  if (bio == nullptr) return Error(ErrorCode::kInternal, "no memory for the embedded certificates");
  int count = 0;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(&store, certificate);
    X509_free(certificate);
    ++count;
  }
  ERR_clear_error();  // reading ends with "no start line"
  if (count == 0) return Error(ErrorCode::kInvalidArgument, "there is no certificate among the embedded ones");
  return {};
}

}  // namespace

TrustStore::~TrustStore() { X509_STORE_free(store_); }

Result<void> TrustStore::load(x509_store_st& store) const {
  if (!trust_.bundle.empty()) return load_file(store, trust_.bundle);
  if (!trust_.embedded.empty()) return load_text(store, trust_.embedded);
  for (const char* bundle : kSystemBundles)
    if (::access(bundle, R_OK) == 0) return load_file(store, bundle);
  if (X509_STORE_set_default_paths(&store) == 1) return {};
  return Error(ErrorCode::kInvalidArgument, "no certificate bundle was found; name one in AWS_CA_BUNDLE");
}

Result<void> TrustStore::install(ssl_ctx_st& context) {
  const std::lock_guard lock(mutex_);
  if (store_ == nullptr) {
    X509_STORE* store = X509_STORE_new();
    if (store == nullptr) return Error(ErrorCode::kInternal, "no memory for certificates");
    if (auto loaded = load(*store); !loaded) {
      X509_STORE_free(store);
      return loaded;
    }
    // A company's bundle may hold only an intermediate authority: what the user names is trusted as it stands.
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    store_ = store;
  }
  SSL_CTX_set1_cert_store(&context, store_);
  return {};
}

}  // namespace scalper::aws
