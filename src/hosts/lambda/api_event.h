#pragma once
// Requests as API Gateway hands them to a function, and answers as it wants them: payload format 2.0 (HTTP APIs and
// function URLs) and 1.0 (REST APIs). Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" and
// "Lambda proxy integrations in API Gateway".

#include <string>
#include <string_view>

#include "api/reply.h"
#include "api/request.h"
#include "base/result.h"

namespace scalper::lambda {

struct ApiRequest {
  api::RequestHead head;  // cookies joined by "; "; no role where the gateway has not checked who calls
  std::string body;       // decoded
  bool is_head = false;   // HEAD: asked as GET, answered without a body
};

// The target is encoded, whether the path came so (REST APIs, function URLs) or decoded (HTTP APIs, emulators), and
// without a stage or a base path before it. Whom AWS let in by IAM is an operator; of a JWT only one whose
// verified claim `scope` holds scalper/operator, of other authorizers only those whose `role` is operator.
// kInvalidArgument: no such request, a body that is no base64, or a header twice that counts.
[[nodiscard]] Result<ApiRequest> read_api_request(std::string_view payload);

// The answer's JSON, at most kMaxAnswer bytes: what is longer becomes a problem. Bytes that are no UTF-8 go as base64.
[[nodiscard]] std::string write_api_answer(const api::Complete& reply, const std::string& request_id, bool is_head);

}  // namespace scalper::lambda
