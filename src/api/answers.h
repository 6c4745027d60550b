#pragma once
// Small words that the routes share. Only for .cpp files of api/, which include Boost.JSON before.

#include <string>
#include <string_view>
#include <utility>

#include "api/problem.h"
#include "api/reply.h"
#include "api/service.h"
#include "base/escape.h"
#include "base/plain_json.h"
#include "base/result.h"

namespace scalper::api {

[[nodiscard]] inline Reply json_reply(std::string_view body, int status = 200) {
  Complete reply;
  reply.status = status;
  reply.body = plain_json(body) + "\n";  // names of files stand in it, and terminals show it
  return reply;
}

// Text of a file or its sender for a JSON answer, which must be UTF-8: as it is, or else escaped and at most 4,096
// bytes.
[[nodiscard]] inline std::string clean(const std::string& text) {
  return is_valid_utf8(text) ? text : escape_text(text, 4096);
}

[[nodiscard]] inline Error bad_parameter(std::string_view name, std::string_view wanted) {
  return {ErrorCode::kInvalidArgument, "the parameter \"" + std::string(name) + "\" must be " + std::string(wanted)};
}

// A whole number without sign in [least, most]; the fallback where the parameter is not given.
[[nodiscard]] Result<std::uint64_t> number_parameter(const Call& call, std::string_view name, std::uint64_t fallback,
                                                     std::uint64_t least, std::uint64_t most);

// The first captured segment as a file id.
[[nodiscard]] Result<FileId> captured_id(const Call& call);

// Result -> Reply: what a route's body returns ends here.
[[nodiscard]] inline Reply reply_of(Result<Reply> result) {
  return result.ok() ? std::move(result).value() : problem_of(result.error());
}

}  // namespace scalper::api
