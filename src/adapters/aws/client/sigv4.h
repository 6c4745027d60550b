#pragma once
// Signature Version 4 of AWS: in headers, in a query, and of the policy of a browser's form (post_policy.h).
// Sources: "AWS Signature Version 4 for API requests" (IAM user guide); "Authenticating Requests: Using Query
// Parameters" (S3 API reference). Pure: the time comes from the caller. Thread-safe; each thread keeps the few keys
// that it derived last, since a key holds for a day.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/credentials.h"
#include "base/result.h"
#include "base/time.h"

namespace scalper::aws {

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kEmptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct SignableRequest {
  std::string method = "GET";
  std::string host;        // as the Host header carries it: lower case, with the port unless it is the scheme's own
  std::string path = "/";  // raw bytes; goes out as encode_path(path)
  Fields query;            // raw names and values; goes out as encode_query(query)
  // Names in any case, several of one name allowed, without host and authorization. All are signed but those that
  // proxies change or that trace a call (user-agent, expect, te, x-amzn-trace-id ...).
  Fields headers;
  std::string payload_hash{kEmptyPayloadHash};  // SHA-256 of the body in lower-case hexadecimal, or kUnsignedPayload
};

// How the path is written into the signature.
enum class CanonicalPath : std::uint8_t {
  kAsSent,                     // S3: "a//b" and "a/../b" are keys
  kNormalized,                 // dot segments and doubled slashes removed
  kNormalizedAndEncodedTwice,  // every other service
};

struct SigningScope {
  std::string region;
  std::string service;                // the signing name: "s3", "dynamodb", "sqs", "sns", "sts", "monitoring"
  std::optional<CanonicalPath> path;  // nothing: what the service demands
};

// The headers to add: x-amz-date, x-amz-security-token where there is a token, x-amz-content-sha256 of S3, and
// authorization. The request must go out with exactly its headers and these; those of the same name are not in it.
[[nodiscard]] Fields sign_headers(const SignableRequest& request, const SigningScope& scope,
                                  const Credentials& credentials, WallTime now);

// The whole encoded query of a URL that is good for `valid_for` from `now` on, its signature at the end. What the
// request's headers say must be sent with it. Of S3 the payload is never signed.
// kInvalidArgument: not between 1 s and 7 days.
[[nodiscard]] Result<std::string> presign_query(const SignableRequest& request, const SigningScope& scope,
                                                const Credentials& credentials, WallTime now,
                                                std::chrono::seconds valid_for);

// What is hashed and signed, for tests and for comparison with an answer SignatureDoesNotMatch; the headers and the
// query are those that carry the signature. No secret, but a session token may be in it.
[[nodiscard]] std::string canonical_request(const SignableRequest& request, const SigningScope& scope);

// 20150830T123600Z
[[nodiscard]] std::string amz_date(WallTime time);
// AKID/20150830/us-east-1/service/aws4_request
[[nodiscard]] std::string credential_of(const SigningScope& scope, const Credentials& credentials, WallTime now);
// The signature of a text, in lower-case hexadecimal.
[[nodiscard]] std::string signature_of(std::string_view text, const SigningScope& scope, const Credentials& credentials,
                                       WallTime now);

}  // namespace scalper::aws
