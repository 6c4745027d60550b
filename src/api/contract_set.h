#pragma once

#include <string>
#include <vector>

#include "ports/contract_source.h"

namespace scalper::api {

// The name of a set: SHA-256 in hexadecimal over path NUL length NUL text of each file, by path.
[[nodiscard]] std::string contract_set_digest(std::vector<ContractFile> files);

}  // namespace scalper::api
