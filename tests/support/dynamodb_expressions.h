#pragma once
// The expressions of DynamoDB, read as strictly as the service reads them, and what they say of an item. So that a test
// without the service refuses what the service refuses: see "Using expressions in DynamoDB" of its developer guide.
//
// Everything that is refused throws Refused; tests catch it at their edge.

#include <boost/json.hpp>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace scalper::dynamo_check {

class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A path within an item, or a value, or the size of what lies at a path.
struct Operand {
  enum class Kind { kPath, kValue, kSize };
  Kind kind = Kind::kPath;
  std::vector<std::string> path;  // names, placeholders resolved; list positions as "[3]"
  const boost::json::object* value = nullptr;

  friend bool operator==(const Operand&, const Operand&) = default;
};

struct Condition {
  // The words of the service; comparisons are "=", "<>", "<", "<=", ">", ">=".
  std::string word;
  std::vector<Condition> parts;
  std::vector<Operand> operands;
  bool in_parentheses = false;
};

struct Assignment {
  Operand target;
  Operand value;  // only plain ones: SET path = operand
};
struct Update {
  std::vector<Assignment> set;
  std::vector<Operand> remove;
};

// Placeholders of one request. Every one that is given must be used by its expressions.
class Placeholders {
 public:
  explicit Placeholders(const boost::json::object& request);
  [[nodiscard]] const std::string& name(const std::string& token);
  [[nodiscard]] const boost::json::object& value(const std::string& token);
  // After all expressions of the request were read.
  void demand_all_used() const;
  [[nodiscard]] bool any() const { return names_ != nullptr || values_ != nullptr; }

 private:
  const boost::json::object* names_ = nullptr;
  const boost::json::object* values_ = nullptr;
  std::set<std::string> used_;
  std::vector<std::string> resolved_;
};

[[nodiscard]] Condition read_condition(std::string_view text, Placeholders& placeholders);
// SET with plain values, and REMOVE: all that the store needs. Paths may not overlap.
[[nodiscard]] Update read_update(std::string_view text, Placeholders& placeholders);

// The attributes that a condition names, first names of their paths.
[[nodiscard]] std::set<std::string> attributes_of(const Condition& condition);

// Does the condition hold of the item? An absent item is one without attributes.
[[nodiscard]] bool holds(const Condition& condition, const boost::json::object& item);

// What a Query asks of a partition: one equality of `partition`, and at most one condition of `place`.
struct KeyRange {
  boost::json::object partition;
  std::string word;  // of the place: "", "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"
  std::vector<boost::json::object> bounds;
};
[[nodiscard]] KeyRange read_key_condition(std::string_view text, Placeholders& placeholders,
                                          const std::string& partition, const std::string& place);

// The one type of an attribute value ("S", "N", "B", "BOOL" ...). Refused: none, several, unknown, malformed (numbers
// of more than 38 digits, base64 that is none, empty sets, more than 32 levels).
[[nodiscard]] std::string type_of(const boost::json::object& value);
// Text and bytes as they are.
[[nodiscard]] std::string bytes_of(const boost::json::object& value);
// < 0, 0, > 0. Both of the same type S, N or B.
[[nodiscard]] int compare(const boost::json::object& a, const boost::json::object& b);

// The size that the service bills: names and values, see "Item sizes and formats" of its developer guide.
[[nodiscard]] std::size_t size_of(const boost::json::object& item);

}  // namespace scalper::dynamo_check
