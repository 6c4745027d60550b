#pragma once
// Credentials as sources give them, judged before they are believed. No message repeats any part of them.

#include <string>
#include <string_view>

#include "adapters/aws/client/credentials.h"
#include "base/result.h"

namespace scalper::aws {

// kInvalidArgument: key or secret is missing, or any of them holds what would break a header.
[[nodiscard]] Result<Credentials> checked(Credentials given, std::string_view source);

// How one source writes them down as JSON: names of members.
struct CredentialsForm {
  std::string_view inside;  // the member that holds them; "": the document itself
  std::string_view key_id = "AccessKeyId";
  std::string_view secret = "SecretAccessKey";
  std::string_view token = "Token";
  std::string_view expires = "Expiration";  // RFC 3339, or a number of milliseconds since 1970
};

// kCorrupt: no such document, or a time that is none. Else as checked().
[[nodiscard]] Result<Credentials> credentials_of(std::string_view json, const CredentialsForm& form,
                                                 std::string_view source);

// A member of the document as text (a number too), "" where there is none or no document.
[[nodiscard]] std::string member_of(std::string_view json, std::string_view name);

}  // namespace scalper::aws
