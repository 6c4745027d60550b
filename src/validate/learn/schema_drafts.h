#pragma once
// Schemas that say what samples have in common, laid out for people to edit.

#include <string>

#include "validate/learn/json_notes.h"
#include "validate/learn/table_notes.h"

namespace scalper::learn {

// A Table Schema of the columns.
[[nodiscard]] std::string draft_table_schema(const TableNotes& notes);

// A JSON Schema, draft 2020-12, of the values. `formats` becomes true if it names one.
[[nodiscard]] std::string draft_json_schema(const JsonNotes& notes, const std::string& title, bool& formats);

}  // namespace scalper::learn
