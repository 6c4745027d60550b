#pragma once
// Files that a verb writes for a person.

#include <string>
#include <vector>

#include "base/result.h"
#include "validate/contract.h"

namespace scalper::cli {

// Writes `files` into `folder` ("" = here), by their paths, the last of them first: what names others comes once those
// are there. kAlreadyExists where one is there and `replace` is not said. After an error no file is there that was not
// there before. One that is replaced is whole at any time.
[[nodiscard]] Result<void> write_new_files(const std::string& folder, const std::vector<ContractText>& files,
                                           bool replace);

}  // namespace scalper::cli
