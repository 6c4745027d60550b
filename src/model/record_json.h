#pragma once
// The one text form of a record: in the database, in exports and in audits. schemas/record.schema.json describes it.
// What is absent or empty in the record is absent in the text. Text that is no UTF-8 stands escaped, with its bytes as
// hexadecimal in `<name>_hex` beside it; those count.

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/file_record.h"

namespace scalper {

[[nodiscard]] std::string record_to_json(const FileRecord& record);

// The record again, equal in every member. Members it does not know are passed over. kCorrupt: no record; kUnsupported:
// written by a newer version.
[[nodiscard]] Result<FileRecord> record_from_json(std::string_view text);

}  // namespace scalper
