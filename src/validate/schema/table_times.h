#pragma once
// Dates and times of cells, by Table Schema's default formats and by patterns of strptime.

#include <optional>
#include <string>
#include <string_view>

#include "validate/schema/decimal.h"
#include "validate/schema/table_schema.h"

namespace scalper::schema {

// Seconds (of years: their number), for comparing; nothing where the text is none.
[[nodiscard]] std::optional<Decimal> read_time(const TableField& field, std::string_view text);
[[nodiscard]] bool is_xsd_duration(std::string_view text);
// "" or what is not supported in a pattern of strptime.
[[nodiscard]] std::string strptime_complaint(std::string_view format);

}  // namespace scalper::schema
