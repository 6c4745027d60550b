#pragma once
// The JSON Canonicalization Scheme, RFC 8785: one text for each value of the JSON data model.

#include <string>
#include <string_view>

#include "validate/contract/tree.h"

namespace scalper::grammar {

// Sorted members, shortest numbers, no white space. Texts are UTF-8.
[[nodiscard]] std::string canonical(const ContractNode& node);

// Section 3.2.2.3: what ECMAScript's Number::toString makes of a finite double.
[[nodiscard]] std::string canonical_number(double number);
// Section 3.2.2.2: with its quotes.
[[nodiscard]] std::string canonical_string(std::string_view utf8);
// Section 3.2.3: by UTF-16 code units, which differs from the order of bytes above U+FFFF.
[[nodiscard]] bool canonical_less(std::string_view a, std::string_view b);

// SHA-256 of the canonical form, in hexadecimal.
[[nodiscard]] std::string canonical_digest(const ContractNode& node);

}  // namespace scalper::grammar
