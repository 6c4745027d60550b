#pragma once
// A file's name for people and programs, computable by anyone who knows bucket, key and version.

#include <string_view>

#include "model/object_ref.h"

namespace scalper {

// The first 130 bits of SHA-256(bucket NUL key NUL version) as 26 characters of RFC 4648 base-32, lower case, most
// significant bit first.
[[nodiscard]] FileId file_id(const ObjectRef& ref);

// Whether `text` has the form of a file id: 26 characters of a-z and 2-7.
[[nodiscard]] bool is_file_id(std::string_view text);

}  // namespace scalper
