#pragma once
// A browser's form that may put one object into a bucket: its fields and the signed policy among them.
// Source: "Browser-based uploads using POST (AWS Signature Version 4)" (S3 API reference). Pure.

#include <chrono>
#include <cstdint>
#include <string>

#include "adapters/aws/client/sigv4.h"

namespace scalper::aws {

struct PostPolicy {
  std::string bucket;
  std::string key;             // UTF-8; or what every key must begin with
  bool key_is_prefix = false;  // the form then names the key as prefix and the sender's own file name
  std::uint64_t min_bytes = 0;
  std::uint64_t max_bytes = 0;  // at most 5 GiB
  Fields fields;                // sent exactly so: "content-type", "x-amz-meta-..."; UTF-8
};

// The form's fields in their order: key, those of the policy, what says who signed, the policy, the signature. The
// field `file` comes behind them. It is sent to target_of(..., "s3", bucket, "/"). kInvalidArgument: not between 1 s
// and 7 days, no such range of bytes, an empty key that is no prefix, text that is no UTF-8, a field of ours among
// `fields`, or "${filename}" in a key, which S3 would replace.
[[nodiscard]] Result<Fields> post_form(const PostPolicy& policy, const SigningScope& scope,
                                       const Credentials& credentials, WallTime now, std::chrono::seconds valid_for);

}  // namespace scalper::aws
