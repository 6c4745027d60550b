#pragma once
// Whose servers a TLS connection trusts: one store for all connections of a transport, loaded when the first of them is
// made, since a whole bundle costs some 30 ms and five embedded roots one.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;     // SSL_CTX
struct x509_store_st;  // X509_STORE

namespace scalper::aws {

struct Trust {
  std::string bundle;         // a PEM file that the user names (AWS_CA_BUNDLE); empty: none
  std::string_view embedded;  // PEM roots within the program, used where no bundle is named; lives as long as it
  // Neither: the system's bundle.
};

// Thread-safe.
class TrustStore {
 public:
  explicit TrustStore(Trust trust) : trust_(std::move(trust)) {}
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  // Makes `context` trust these roots and nothing else. kInvalidArgument: the bundle cannot be read or holds none.
  [[nodiscard]] Result<void> install(ssl_ctx_st& context);

 private:
  [[nodiscard]] Result<void> load(x509_store_st& store) const;

  const Trust trust_;
  std::mutex mutex_;
  x509_store_st* store_ = nullptr;
};

}  // namespace scalper::aws
