#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>

#include "support/raw_server.h"

namespace scalper {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Key new_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

// Two authorities of one name would be one that lost its key.
std::string new_name() {
  static std::atomic<int> number = 0;
  return "test authority " + std::to_string(++number);
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate sign(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key, int what,
                 const std::string& extension) {
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* by = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
  extend(certificate.get(), by, what, extension);
  EXPECT_GT(X509_sign(certificate.get(), issuer_key, EVP_sha256()), 0);
  return certificate;
}

}  // namespace

struct TestAuthority::Keys {
  Key key = new_key();
  Certificate root = sign(key.get(), new_name().c_str(), nullptr, key.get(), NID_basic_constraints, "critical,CA:TRUE");
};

TestAuthority::TestAuthority() : keys_(std::make_unique<Keys>()) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, keys_->root.get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  root_pem_.assign(text, static_cast<std::size_t>(size));
  BIO_free(bio);
}

TestAuthority::~TestAuthority() = default;

std::shared_ptr<void> TestAuthority::server(const std::string& host) const {
  const Key key = new_key();
  const Certificate leaf = sign(key.get(), "server", keys_->root.get(), keys_->key.get(), NID_subject_alt_name,
                                host.empty() ? "IP:127.0.0.1,DNS:localhost" : "DNS:" + host);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, leaf.get());
  SSL_CTX_use_PrivateKey(context, key.get());
  return {context, [](void* gone) { SSL_CTX_free(static_cast<SSL_CTX*>(gone)); }};
}

}  // namespace scalper
