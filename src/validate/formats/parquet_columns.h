#pragma once
// The columns of a Parquet file, shown, and held against the Table Schema of a contract.

#include <cstdint>
#include <string>

#include "validate/checker.h"
#include "validate/formats/parquet_schema.h"

namespace scalper::parquet {

// Names and types, as `parquet.schema` of the contract states them; what that demands of values is parquet.values,
// since values are not looked at. `byte`: where findings are said to be.
void check_columns(const Layer& layer, const Schema& schema, std::uint64_t byte);

}  // namespace scalper::parquet
