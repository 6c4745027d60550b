#include "adapters/aws/dynamodb_conditions.h"

#include <boost/json.hpp>

#include "adapters/aws/dynamodb_item.h"

namespace scalper::aws::dynamo {
namespace {

// Without parentheses of its own. The names of the attributes are written out: dynamodb_table.h chose words that the
// service does not keep for itself.
std::string clauses(const WriteGuard& guard) {
  std::string all;
  const auto add = [&all](std::string_view clause) {
    if (!all.empty()) all += " AND ";
    all += clause;
  };
  if (guard.absent) add("attribute_not_exists(pk)");
  // The other clauses hold of an absent record too.
  const bool speaks_of_stored = guard.revision || guard.epoch || (guard.owner && !guard.owner->empty());
  if (!speaks_of_stored && (guard.owner || guard.undecided || guard.lease_over_at)) add("attribute_exists(pk)");
  if (guard.revision) add("rv = :rv");
  if (guard.owner) add(guard.owner->empty() ? "attribute_not_exists(ow)" : "ow = :ow");
  if (guard.epoch) add("ep = :ep");
  if (guard.undecided) add("attribute_not_exists(dc)");
  if (guard.lease_over_at) add("(attribute_not_exists(ow) OR ls <= :ls)");
  return all;
}

}  // namespace

std::string put_condition(const WriteGuard& guard) { return clauses(guard); }

std::string remove_condition(const WriteGuard& guard) {
  const std::string all = clauses(guard);
  return all.empty() ? all : "attribute_not_exists(pk) OR (" + all + ")";
}

boost::json::object condition_values(const WriteGuard& guard) {
  boost::json::object values;
  if (guard.revision) values[":rv"] = number_value(*guard.revision);
  if (guard.owner && !guard.owner->empty()) values[":ow"] = bytes_value(guard.owner->value());
  if (guard.epoch) values[":ep"] = number_value(*guard.epoch);
  if (guard.lease_over_at) values[":ls"] = time_value(*guard.lease_over_at);
  return values;
}

}  // namespace scalper::aws::dynamo
