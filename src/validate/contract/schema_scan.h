#pragma once
// What a .json file of a set is: a contract, or a file that contracts may name.

#include <string_view>

#include "validate/contract/lint.h"

namespace scalper::grammar {

struct SchemaScan {
  bool contract = false;  // an object with the key `contract` at its top
  bool sound = false;     // whole JSON within the bounds of schemas; else that was said
};

// Also says of an object that looks like a contract and is none for want of its name.
[[nodiscard]] SchemaScan scan_schema(std::string_view text, Lint& lint);

}  // namespace scalper::grammar
