#pragma once
// Whom an Authorization header speaks for (RFC 6750, 2.1). No other place of a request is looked at: a token in a URL
// would end in histories and logs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/reply.h"
#include "base/result.h"
#include "model/role.h"
#include "ports/tokens.h"

namespace scalper::api {

struct Caller {
  Role role = Role::kNone;
  std::string name;  // escaped: for reviews and logs
  std::vector<std::string> prefixes;
};

// The token of "Bearer TOKEN", the scheme in any case; nullopt: something else, or no token of ours by its look.
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization);

[[nodiscard]] Caller caller_of(const AccessToken& token);
// Whom the token stands for now; nullopt: nobody, any more or at all. Errors are the port's.
[[nodiscard]] Result<std::optional<Caller>> find_caller(Tokens& tokens, const CallContext& context,
                                                        std::string_view token, WallTime now);

// 401 with WWW-Authenticate (RFC 6750, 3). `shown`: a credential was, and is not good.
[[nodiscard]] Reply not_known(bool shown);

}  // namespace scalper::api
