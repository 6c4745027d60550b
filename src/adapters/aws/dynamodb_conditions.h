#pragma once
// What a write demands of the stored record, as a ConditionExpression.

#include <string>
#include <utility>
#include <vector>

#include "ports/record_store.h"

namespace boost::json {
class object;
}

namespace scalper::aws::dynamo {

// Which may replace or create: all clauses of the guard. Empty: none.
[[nodiscard]] std::string put_condition(const WriteGuard& guard);
// The same of a removal, to which an absent record is no reason to fail.
[[nodiscard]] std::string remove_condition(const WriteGuard& guard);
// The values that both of them name, none more.
[[nodiscard]] boost::json::object condition_values(const WriteGuard& guard);

}  // namespace scalper::aws::dynamo
