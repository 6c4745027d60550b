#pragma once
// What an error answer of AWS means to us: the one place that says so.
// Sources: "Error responses" (S3 API reference), "Error handling with DynamoDB", "Common errors" of SQS, SNS and STS,
// "Retry behavior" (AWS SDKs and tools reference guide). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"
#include "base/error.h"
#include "base/time.h"

namespace scalper::aws {

// What makes the same request worth another try.
enum class Remedy : std::uint8_t {
  kNone,         // nothing: the answer stands
  kWait,         // time: a passing fault of the service
  kSlowDown,     // fewer requests; counted as a throttle
  kClock,        // a signature by the service's clock, which its Date header shows
  kCredentials,  // fresh credentials
};

struct AwsFailure {
  ErrorCode code = ErrorCode::kInternal;
  Remedy remedy = Remedy::kNone;
  AwsRefusal refusal;
  std::string message;     // the service's words on one line, escaped, without what it quotes of a signature; or empty
  std::string request_id;  // escaped, or empty
};

// `answer` is none of 2xx, or a 2xx whose body is an error. Bodies are XML or JSON on any protocol, or neither; codes
// come in body and header, with or without a namespace. `signed_at`: our clock, as the signature had it. An answer to
// HEAD has no body: its status and its Date must do.
[[nodiscard]] AwsFailure read_failure(const AwsResponse& answer, std::string_view method, WallTime signed_at);

// "com.amazonaws.dynamodb.v20120810#Code", "Code:http://..." -> "Code"
[[nodiscard]] std::string plain_code(std::string_view code);

// The answer's Date header: Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110, 5.6.7). Nothing where there is none or another
// form.
[[nodiscard]] std::optional<WallTime> date_of(const AwsResponse& answer);
[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace scalper::aws
