#pragma once
// Which keys may be sent. Stricter than what stores keep: a key becomes a path at whoever takes the file.

#include <string_view>

#include "api/request.h"
#include "base/result.h"

namespace scalper::api {

// 1 to 1,024 bytes of UTF-8 without control characters, no '/' at either end, no segment that is empty, "." or "..".
// kInvalidArgument says which rule is broken.
[[nodiscard]] Result<void> check_upload_key(std::string_view key);

// Whether this caller may send it: an uploader only below its prefixes.
[[nodiscard]] bool may_send(const RequestHead& head, std::string_view key);

}  // namespace scalper::api
