#pragma once
// Errors as callers see them: application/problem+json (RFC 9457) with a stable `code`. The one map from Error to HTTP.

#include <string>
#include <string_view>

#include "api/reply.h"
#include "base/error.h"

namespace scalper::api {

// `detail` is escaped already.
[[nodiscard]] Reply problem(int status, std::string_view code, std::string_view detail);
[[nodiscard]] Reply problem_of(const Error& error);
// 429: as many requests wait for files as a host lets wait at once; with the time after which to ask again.
[[nodiscard]] Reply too_many_wait();
// 503: as many uploads come as may come at once.
[[nodiscard]] Reply too_many_uploads();
[[nodiscard]] Reply too_many_operations();

[[nodiscard]] int http_status(ErrorCode code);
// "Not Found"; "Error" for a status that is not used here.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace scalper::api
