#pragma once
// The one encoder of paths and queries: what goes out and what is signed are the same bytes.
// Source: RFC 3986, section 2; "Create a signed AWS API request" (IAM user guide), UriEncode.

#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"

namespace scalper::aws {

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX, upper-case. Any bytes.
[[nodiscard]] std::string percent_encode(std::string_view bytes);

// The same with '/' left as it is. No segment is removed or joined: of S3 "a//b" and "a/../b" are keys.
[[nodiscard]] std::string encode_path(std::string_view path);

// name=value pairs joined by '&', encoded, then sorted by encoded name and value; an empty value keeps its '='.
[[nodiscard]] std::string encode_query(const Fields& query);

}  // namespace scalper::aws
