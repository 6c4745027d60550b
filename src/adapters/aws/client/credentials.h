#pragma once
// Who calls AWS.

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ports/call_context.h"

namespace scalper::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;  // never in a log, an error or a URL
  std::string session_token;      // empty: none
  std::optional<WallTime> expires;
};

// Thread-safe. A source that fetches keeps what it got, and fetches again before that ends; one fetch at a time.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  // kNotFound: this source has none, ask the next. kPermissionDenied, kUnavailable, kTimeout: it has, but could not
  // give them; the next one is not asked, for it may be another identity.
  [[nodiscard]] virtual Result<Credentials> get(const CallContext& context) = 0;
  // AWS has refused `refused` as expired: where a source still keeps just these, the next get() fetches anew.
  virtual void forget(const Credentials& refused) { (void)refused; }
};

}  // namespace scalper::aws
