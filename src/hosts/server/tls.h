#pragma once
// TLS for the door that others reach: 1.2 and later, HTTP/1.1 alone (RFC 7301), a certificate that is read again when
// its files change.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace scalper::server {

// A certificate chain and its key, ready to shake hands. Immutable.
class TlsContext {
 public:
  // PEM files, the chain with the server's own certificate first. kInvalidArgument, with a sentence: a file cannot be
  // read or is no such file, or the key is another certificate's.
  [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> load(const std::string& certificates,
                                                                      const std::string& key);
  virtual ~TlsContext() = default;
};

// The context of two files. Belongs to one thread.
class TlsFiles {
 public:
  // `complain` is told of a change that cannot be used; the context before it stays in use.
  TlsFiles(std::string certificates, std::string key, std::function<void(const Error&)> complain)
      : certificates_(std::move(certificates)), key_(std::move(key)), complain_(std::move(complain)) {}

  // Reads them. Errors of TlsContext::load().
  [[nodiscard]] Result<void> load();
  // What to use now; looks at the files at most once a second.
  [[nodiscard]] std::shared_ptr<const TlsContext> current(std::chrono::steady_clock::time_point now);

 private:
  // Of both files: another one, or another time or size.
  [[nodiscard]] std::string look() const;

  const std::string certificates_;
  const std::string key_;
  const std::function<void(const Error&)> complain_;
  std::shared_ptr<const TlsContext> context_;
  std::string seen_;
  std::chrono::steady_clock::time_point looked_at_{};
};

}  // namespace scalper::server
