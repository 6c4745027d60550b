#pragma once
// URI references, RFC 3986, section 5.2: what `$ref` and `$id` are resolved by.

#include <string>
#include <string_view>

namespace scalper::schema {

// `reference` against `base`, which has a scheme. The fragment is that of the reference.
[[nodiscard]] std::string resolve_uri(std::string_view base, std::string_view reference);

// What stands before the '#', and behind it ("" where there is none).
[[nodiscard]] std::string_view without_fragment(std::string_view uri);
[[nodiscard]] std::string_view fragment_of(std::string_view uri);

// %41 becomes A. What is no escape stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);
// A path of a set as the path of a URI: all but unreserved characters and '/' escaped.
[[nodiscard]] std::string percent_encoded_path(std::string_view path);

}  // namespace scalper::schema
