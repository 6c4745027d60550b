// The tests' own judge of expressions refuses what the service refuses. Each row is an expression that somebody wrote
// and the service did not take; the messages are the service's.

#include <gtest/gtest.h>

#include "support/dynamodb_expressions.h"
#include "support/dynamodb_reserved_words.h"

namespace scalper::dynamo_check {
namespace {

namespace json = boost::json;

json::object request_of(const std::string& names, const std::string& values) {
  json::object request;
  if (!names.empty()) request["ExpressionAttributeNames"] = json::parse(names);
  if (!values.empty()) request["ExpressionAttributeValues"] = json::parse(values);
  return request;
}

enum class As { kCondition, kUpdate, kKeys };

std::string why_refused(As as, const std::string& text, const std::string& names, const std::string& values) {
  const json::object request = request_of(names, values);
  try {
    Placeholders placeholders(request);
    if (as == As::kCondition) static_cast<void>(read_condition(text, placeholders));
    if (as == As::kUpdate) static_cast<void>(read_update(text, placeholders));
    if (as == As::kKeys) static_cast<void>(read_key_condition(text, placeholders, "p", "s"));
    placeholders.demand_all_used();
  } catch (const Refused& refused) {
    return refused.what();
  }
  return "";
}

struct Row {
  As as;
  const char* text;
  const char* names;
  const char* values;
  const char* says;  // "": it is taken
};

constexpr const char* kNone = "";
constexpr const char* kOne = R"({":a": {"N": "1"}})";
constexpr const char* kTwo = R"({":a": {"S": "a"}, ":b": {"S": "b"}})";

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {As::kCondition, "attribute_not_exists(pk)", kNone, kNone, ""},
      {As::kCondition, "rv = :a AND (attribute_not_exists(ow) OR ls <= :a)", kNone, kOne, ""},
      {As::kCondition, "attribute_not_exists(pk) OR (rv = :a)", kNone, kOne, ""},
      {As::kCondition, "NOT contains(#n, :a)", R"({"#n": "status"})", kOne, ""},
      {As::kCondition, "size(x.y[2]) > :a", kNone, kOne, ""},
      {As::kCondition, "x IN (:a, :b)", kNone, kTwo, ""},
      {As::kCondition, "x between :a and :b", kNone, kTwo, ""},
      {As::kCondition, "", kNone, kNone, "can not be empty"},
      {As::kCondition, "   ", kNone, kNone, "can not be empty"},
      {As::kCondition, "status = :a", kNone, kOne, "reserved keyword; reserved keyword: status"},
      {As::kCondition, "x.NAME = :a", kNone, kOne, "reserved keyword: NAME"},
      {As::kCondition, "attribute_exists(ttl)", kNone, kNone, "reserved keyword: ttl"},
      {As::kCondition, "x = :a", kNone, kTwo, "unused in expressions: keys: {:b}"},
      {As::kCondition, "x = :a", R"({"#x": "x"})", kOne, "ExpressionAttributeNames unused"},
      {As::kCondition, "x = :c", kNone, kOne, "not defined; attribute value: :c"},
      {As::kCondition, "#c = :a", kNone, kOne, "not defined; attribute name: #c"},
      {As::kCondition, "x = :a", kNone, "{}", "must not be empty"},
      {As::kCondition, "x = :a", "{}", kOne, "must not be empty"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": "1"}, "b": {"N": "1"}})", "invalid key"},
      {As::kCondition, "((x = :a))", kNone, kOne, "redundant parentheses"},
      {As::kCondition, "y = :a AND ((x = :a))", kNone, kOne, "redundant parentheses"},
      {As::kCondition, "x = :a AND", kNone, kOne, "Syntax error; token: \"<EOF>\""},
      {As::kCondition, "x == :a", kNone, kOne, "Syntax error"},
      {As::kCondition, "x = :a; y = :a", kNone, kOne, "Syntax error"},
      {As::kCondition, "x = 1", kNone, kNone, "Syntax error"},
      {As::kCondition, "(x = :a", kNone, kOne, "Syntax error"},
      {As::kCondition, "x = :a)", kNone, kOne, "Syntax error"},
      {As::kCondition, "_x = :a", kNone, kOne, "Syntax error"},
      {As::kCondition, "exists(x)", kNone, kNone, "Invalid function name; function: exists"},
      {As::kCondition, "Attribute_exists(x)", kNone, kNone, "Invalid function name"},
      {As::kCondition, "attribute_exists(x, y)", kNone, kNone, "Incorrect number of operands"},
      {As::kCondition, "attribute_exists(:a)", kNone, kOne, "requires a document path"},
      {As::kCondition, "begins_with(x, :a)", kNone, kOne, "begins_with, operand type: N"},
      {As::kCondition, "x < :a", kNone, R"({":a": {"BOOL": true}})", "<, operand type: BOOL"},
      {As::kCondition, "x = x", kNone, kNone, "must be distinct"},
      {As::kCondition, "x BETWEEN :b AND :a", kNone, kTwo, "upper bound to be greater"},
      {As::kCondition, "x BETWEEN :a AND :b", kNone, R"({":a": {"S": "a"}, ":b": {"N": "1"}})", "same data type"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": "1", "S": "x"}})", "more than one datatypes"},
      {As::kCondition, "x = :a", kNone, R"({":a": {}})", "exactly one of the supported"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": "one"}})", "numeric value"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": ""}})", "numeric value"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": "123456789012345678901234567890123456789"}})", "38"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"B": "a"}})", "base64"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"SS": []}})", "empty set"},
      {As::kCondition, "x = :a", kNone, R"({":a": {"N": 1}})", "not expected"},
      {As::kUpdate, "SET ls = :a REMOVE x, y", kNone, kOne, ""},
      {As::kUpdate, "SET x = :a, x.y = :a", kNone, kOne, "overlap"},
      {As::kUpdate, "SET x = :a REMOVE x", kNone, kOne, "overlap"},
      {As::kUpdate, "SET x = :a SET y = :a", kNone, kOne, "can only be used once"},
      {As::kUpdate, "SET x", kNone, kNone, "Syntax error"},
      {As::kUpdate, "SET value = :a", kNone, kOne, "reserved keyword: value"},
      {As::kUpdate, "x = :a", kNone, kOne, "Syntax error"},
      {As::kKeys, "p = :a", kNone, kTwo, "unused"},
      {As::kKeys, "p = :a AND s >= :b", kNone, kTwo, ""},
      {As::kKeys, "begins_with(s, :b) AND p = :a", kNone, kTwo, ""},
      {As::kKeys, "s = :a", kNone, R"({":a": {"S": "a"}})", "missed key schema element: p"},
      {As::kKeys, "p = :a AND x = :b", kNone, kTwo, "missed key schema element"},
      {As::kKeys, "p >= :a", kNone, R"({":a": {"S": "a"}})", "not supported"},
      {As::kKeys, "p = :a OR s = :b", kNone, kTwo, "Invalid operator"},
      {As::kKeys, "p = :a AND s <> :b", kNone, kTwo, "Invalid operator"},
      {As::kKeys, "p = :a AND attribute_exists(s)", kNone, R"({":a": {"S": "a"}})", "Invalid operator"},
      {As::kKeys, "p = :a AND s >= :b AND s <= :b", kNone, kTwo, "length 1 or 2"},
      {As::kKeys, "p = :a AND p = :b", kNone, kTwo, "one condition per key"},
      {As::kKeys, "p = :a", kNone, R"({":a": {"S": ""}})", "empty string"},
  };
  return all;
}

TEST(DynamoDbChecker, RefusesWhatTheServiceRefuses) {
  for (const Row& row : rows()) {
    const std::string why = why_refused(row.as, row.text, row.names, row.values);
    const std::string says = row.says;
    EXPECT_EQ(why.empty(), says.empty()) << row.text << " -> " << why;
    EXPECT_NE(why.find(says), std::string::npos) << row.text << " -> " << why;
  }
}

TEST(DynamoDbChecker, BoundsExpressions) {
  std::string many = "x = :a";
  for (int i = 0; i < 160; ++i) many += " OR x = :a";
  EXPECT_NE(why_refused(As::kCondition, many, "", kOne).find("300 operators"), std::string::npos);
  EXPECT_NE(why_refused(As::kCondition, "x = :a AND " + std::string(4096, 'y') + " = :a", "", kOne).find("size"),
            std::string::npos);
}

TEST(DynamoDbChecker, KnowsTheReservedWords) {
  EXPECT_EQ(reserved_words(), 573U);
  for (const char* const word : {"ABORT", "zone", "Status", "ttl", "name", "key", "value", "owner", "at", "time"})
    EXPECT_TRUE(is_reserved_word(word)) << word;
  for (const char* const word : {"pk", "", "ABORT ABSOLUTE", "statuses"}) EXPECT_FALSE(is_reserved_word(word)) << word;
}

TEST(DynamoDbChecker, JudgesItemsAsTheServiceDoes) {
  const json::object item =
      json::parse(R"({"n": {"N": "-7.50"}, "s": {"S": "caf\u00e9"}, "b": {"B": "AP8="}})").as_object();
  const json::object request =
      request_of("", R"({":n": {"N": "-7.5"}, ":m": {"N": "10"}, ":b": {"B": "AP8A"}, ":s": {"S": "caf"}})");
  const auto true_of = [&](const std::string& text) {
    Placeholders placeholders(request);
    return holds(read_condition(text, placeholders), item);
  };
  EXPECT_TRUE(true_of("n = :n")) << "numbers are compared by value";
  EXPECT_TRUE(true_of("n < :m"));
  EXPECT_TRUE(true_of("b < :b")) << "a beginning comes before what it begins";
  EXPECT_TRUE(true_of("begins_with(s, :s) AND NOT s = :s"));
  EXPECT_FALSE(true_of("x = :n")) << "what is absent equals nothing";
  EXPECT_FALSE(true_of("x <= :n"));
  EXPECT_TRUE(true_of("x <> :n"));
  EXPECT_FALSE(true_of("s = :n")) << "of another type";
  EXPECT_TRUE(true_of("attribute_not_exists(x) OR x = :n AND attribute_exists(x)")) << "AND binds before OR";
  EXPECT_TRUE(true_of("n BETWEEN :n AND :m"));
}

// "Item sizes and formats" of the developer guide.
TEST(DynamoDbChecker, WeighsItemsAsTheServiceDoes) {
  const auto size = [](const char* text) { return size_of(json::parse(text).as_object()); };
  EXPECT_EQ(size(R"({"name": {"S": "caf\u00e9"}})"), 4U + 5U);
  EXPECT_EQ(size(R"({"a": {"B": "AP8A"}})"), 1U + 3U) << "raw bytes, not base64";
  EXPECT_EQ(size(R"({"n": {"N": "1764057600123"}})"), 1U + 7U + 1U);
  EXPECT_EQ(size(R"({"n": {"N": "1000000"}})"), 1U + 1U + 1U) << "zeros at the ends are free";
  EXPECT_EQ(size(R"({"n": {"N": "-12"}})"), 1U + 1U + 1U + 1U);
  EXPECT_EQ(size(R"({"t": {"BOOL": true}})"), 2U);
  EXPECT_EQ(size(R"({"m": {"M": {"a": {"S": "x"}}}})"), 1U + 3U + 1U + 1U + 1U);
}

}  // namespace
}  // namespace scalper::dynamo_check
