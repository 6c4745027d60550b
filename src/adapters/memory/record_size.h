#pragma once

#include <cstddef>

#include "model/file_record.h"

namespace scalper {

// The bytes of all texts in a record: what no form of storing it can do without. Numbers and names of fields are left
// out, so that the limit (64 KiB of JSON) is met a little later than by a store that writes JSON.
[[nodiscard]] std::size_t text_bytes(const FileRecord& record);

}  // namespace scalper
