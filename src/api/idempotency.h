#pragma once
// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST that is repeated with its key is answered once.
// For 24 hours the same key of the same caller with the same request (method, target, body) gets the same answer, with
// `Idempotency-Replayed: true`; with another request 422; while the first is still at work 409. A key is a structured
// string or a bare word of up to 255 visible characters. Answers of 429 and 500 and above are not kept: the same key
// may try again.

#include <functional>

#include "api/service.h"

namespace scalper::api {

// Whether the request has the header; then it goes through answered_once().
[[nodiscard]] bool has_idempotency_key(const RequestHead& head);

// `answer` is called at most once, with the body. Where a process dies between the two writes the key stays "in flight"
// until the time of that request is over, and then, to the end of the 24 hours, 409 `answer_unknown`: what may have
// been done is not done again.
[[nodiscard]] Reply answered_once(Service& service, const RequestHead& head, ByteSource& body,
                                  const CallContext& context, std::size_t largest_body,
                                  const std::function<Reply(ByteSource&)>& answer);

}  // namespace scalper::api
