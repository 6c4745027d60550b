// Reading expressions.

#include "support/dynamodb_expressions.h"

#include <algorithm>
#include <cctype>

#include "support/dynamodb_reserved_words.h"

namespace scalper::dynamo_check {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxExpression = 4096;
constexpr std::size_t kMaxOperators = 300;
constexpr std::size_t kMaxList = 100;

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> tokens_of(std::string_view text) {
  if (text.empty() || text.find_first_not_of(" \t\n\r") == std::string_view::npos)
    throw Refused("The expression can not be empty;");
  if (text.size() > kMaxExpression) throw Refused("Expression size has exceeded the maximum allowed size");
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
      continue;
    }
    if (c == '#' || c == ':' || is_word_char(c)) {
      while (end < text.size() && is_word_char(text[end])) ++end;
      if ((c == '#' || c == ':') && end == at + 1) throw Refused("Syntax error; token: \"" + std::string(1, c) + "\"");
    } else if (const std::string_view two = text.substr(at, 2); two == "<>" || two == "<=" || two == ">=") {
      end = at + 2;
    } else if (std::string_view("=<>(),.[]+-").find(c) == std::string_view::npos) {
      throw Refused("Syntax error; token: \"" + std::string(1, c) + "\"");
    }
    tokens.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

class Reader {
 public:
  Reader(std::string_view text, Placeholders& placeholders) : tokens_(tokens_of(text)), placeholders_(placeholders) {}

  [[nodiscard]] Condition whole_condition() {
    Condition condition = any_of();
    demand_end();
    return condition;
  }

  [[nodiscard]] Update whole_update() {
    Update update;
    std::set<std::string> sections;
    while (at_ < tokens_.size()) {
      const std::string section = upper(take());
      if (section != "SET" && section != "REMOVE") throw Refused("Syntax error; token: \"" + section + "\"");
      if (!sections.insert(section).second)
        throw Refused("The \"" + section + "\" section can only be used once in an update expression;");
      do {
        if (section == "SET") {
          Operand target = path();
          demand("=");
          update.set.push_back({std::move(target), operand()});
        } else {
          update.remove.push_back(path());
        }
      } while (take_if(","));
    }
    check_overlap(update);
    return update;
  }

 private:
  [[nodiscard]] std::string peek() const { return at_ < tokens_.size() ? tokens_[at_] : "<EOF>"; }
  std::string take() {
    if (at_ >= tokens_.size()) throw Refused("Syntax error; token: \"<EOF>\"");
    return tokens_[at_++];
  }
  bool take_if(const std::string& token) {
    if (peek() != token) return false;
    ++at_;
    return true;
  }
  bool take_word(const std::string& word) {
    if (upper(peek()) != word) return false;
    ++at_;
    return true;
  }
  void demand(const std::string& token) {
    if (!take_if(token)) throw Refused("Syntax error; token: \"" + peek() + "\", expected " + token);
  }
  void demand_end() const {
    if (at_ < tokens_.size()) throw Refused("Syntax error; token: \"" + peek() + "\"");
  }
  void count_operator() {
    if (++operators_ > kMaxOperators) throw Refused("The expression contains more than 300 operators");
  }

  Condition joined(const char* word, Condition (Reader::*part)()) {
    Condition first = (this->*part)();
    if (upper(peek()) != word) return first;
    Condition all{.word = word, .parts = {std::move(first)}, .operands = {}, .in_parentheses = false};
    while (take_word(word)) {
      count_operator();
      all.parts.push_back((this->*part)());
    }
    return all;
  }
  Condition any_of() { return joined("OR", &Reader::all_of); }
  Condition all_of() { return joined("AND", &Reader::negated); }
  Condition negated() {
    if (!take_word("NOT")) return single();
    count_operator();
    return {.word = "NOT", .parts = {negated()}, .operands = {}, .in_parentheses = false};
  }

  Condition single() {
    if (take_if("(")) {
      Condition inner = any_of();
      demand(")");
      if (inner.in_parentheses) throw Refused("The expression has redundant parentheses;");
      inner.in_parentheses = true;
      return inner;
    }
    const bool called = at_ + 1 < tokens_.size() && tokens_[at_ + 1] == "(" && peek() != "size";
    return called ? function() : comparison();
  }

  Condition function() {
    const std::string name = take();
    static const std::vector<std::pair<std::string, std::size_t>> known = {{"attribute_exists", 1},
                                                                           {"attribute_not_exists", 1},
                                                                           {"attribute_type", 2},
                                                                           {"begins_with", 2},
                                                                           {"contains", 2}};
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == name; });
    if (found == known.end()) throw Refused("Invalid function name; function: " + name);
    count_operator();
    demand("(");
    Condition call{.word = name, .parts = {}, .operands = {}, .in_parentheses = false};
    do call.operands.push_back(operand());
    while (take_if(","));
    demand(")");
    if (call.operands.size() != found->second)
      throw Refused("Incorrect number of operands for operator or function; operator or function: " + name);
    check_function(call);
    return call;
  }

  static void check_function(const Condition& call) {
    if (call.word.starts_with("attribute_") && call.operands[0].kind != Operand::Kind::kPath)
      throw Refused("Operator or function requires a document path; operator or function: " + call.word);
    if (call.operands.size() < 2) return;
    if (call.operands[0] == call.operands[1])
      throw Refused("The first operand must be distinct from the remaining operands for this operator or function");
    const Operand& last = call.operands[1];
    const std::string type = last.kind == Operand::Kind::kValue ? type_of(*last.value) : "";
    const bool wrong = (call.word == "begins_with" && !type.empty() && type != "S" && type != "B") ||
                       (call.word == "attribute_type" && type != "S");
    if (wrong)
      throw Refused("Incorrect operand type for operator or function; operator or function: " + call.word +
                    ", operand type: " + type);
  }

  Condition comparison() {
    Operand left = operand();
    count_operator();
    if (take_word("BETWEEN")) {
      Operand low = operand();
      if (!take_word("AND")) throw Refused("Syntax error; token: \"" + peek() + "\"");
      Condition between{.word = "BETWEEN", .parts = {}, .operands = {}, .in_parentheses = false};
      between.operands = {std::move(left), std::move(low), operand()};
      check_between(between);
      return between;
    }
    if (take_word("IN")) {
      Condition in{.word = "IN", .parts = {}, .operands = {std::move(left)}, .in_parentheses = false};
      demand("(");
      do in.operands.push_back(operand());
      while (take_if(","));
      demand(")");
      if (in.operands.size() > kMaxList + 1) throw Refused("The IN operator has more than 100 operands");
      return in;
    }
    Condition compared{.word = take(), .parts = {}, .operands = {}, .in_parentheses = false};
    static const std::set<std::string> comparators = {"=", "<>", "<", "<=", ">", ">="};
    if (!comparators.contains(compared.word)) throw Refused("Syntax error; token: \"" + compared.word + "\"");
    compared.operands = {std::move(left), operand()};
    check_comparison(compared);
    return compared;
  }

  static void check_comparison(const Condition& compared) {
    if (compared.operands[0] == compared.operands[1])
      throw Refused(
          "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
          compared.word);
    if (compared.word == "=" || compared.word == "<>") return;
    for (const Operand& operand : compared.operands) check_ordered(operand, compared.word);
  }
  static void check_between(const Condition& between) {
    const Operand& low = between.operands[1];
    const Operand& high = between.operands[2];
    check_ordered(low, "BETWEEN");
    check_ordered(high, "BETWEEN");
    if (low.kind != Operand::Kind::kValue || high.kind != Operand::Kind::kValue) return;
    if (type_of(*low.value) != type_of(*high.value))
      throw Refused("The BETWEEN operator requires same data type for lower and upper bounds;");
    if (compare(*low.value, *high.value) > 0)
      throw Refused("The BETWEEN operator requires upper bound to be greater than or equal to lower bound;");
  }
  static void check_ordered(const Operand& operand, const std::string& word) {
    if (operand.kind != Operand::Kind::kValue) return;
    const std::string type = type_of(*operand.value);
    if (type != "S" && type != "N" && type != "B")
      throw Refused("Incorrect operand type for operator or function; operator or function: " + word +
                    ", operand type: " + type);
  }

  Operand operand() {
    if (peek().starts_with(":")) {
      Operand value;
      value.kind = Operand::Kind::kValue;
      value.value = &placeholders_.value(take());
      static_cast<void>(type_of(*value.value));
      return value;
    }
    if (peek() == "size" && at_ + 1 < tokens_.size() && tokens_[at_ + 1] == "(") {
      at_ += 2;
      Operand sized = path();
      sized.kind = Operand::Kind::kSize;
      demand(")");
      return sized;
    }
    return path();
  }

  std::string attribute() {
    const std::string token = take();
    if (token.starts_with("#")) return placeholders_.name(token);
    if (std::isalpha(static_cast<unsigned char>(token[0])) == 0)
      throw Refused("Syntax error; token: \"" + token + "\"");
    if (is_reserved_word(token)) throw Refused("Attribute name is a reserved keyword; reserved keyword: " + token);
    return token;
  }

  Operand path() {
    Operand path;
    path.path.push_back(attribute());
    for (;;) {
      if (take_if(".")) {
        path.path.push_back(attribute());
      } else if (take_if("[")) {
        const std::string position = take();
        if (!std::all_of(position.begin(), position.end(), [](char c) { return c >= '0' && c <= '9'; }))
          throw Refused("Syntax error; token: \"" + position + "\"");
        demand("]");
        path.path.push_back("[" + position + "]");
      } else {
        return path;
      }
    }
  }

  static void check_overlap(const Update& update) {
    std::vector<std::vector<std::string>> paths;
    for (const Assignment& assignment : update.set) paths.push_back(assignment.target.path);
    for (const Operand& removed : update.remove) paths.push_back(removed.path);
    for (std::size_t i = 0; i < paths.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const auto& shorter = paths[i].size() < paths[j].size() ? paths[i] : paths[j];
        const auto& longer = paths[i].size() < paths[j].size() ? paths[j] : paths[i];
        if (std::equal(shorter.begin(), shorter.end(), longer.begin()))
          throw Refused("Two document paths overlap with each other; must remove or rewrite one of these paths;");
      }
  }

  std::vector<std::string> tokens_;
  Placeholders& placeholders_;
  std::size_t at_ = 0;
  std::size_t operators_ = 0;
};

const json::object* map_in(const json::object& request, const char* name) {
  const json::value* const map = request.if_contains(name);
  if (map == nullptr) return nullptr;
  if (!map->is_object() || map->as_object().empty()) throw Refused(std::string(name) + " must not be empty");
  for (const auto& entry : map->as_object()) {
    const std::string_view token = entry.key();
    const char sign = std::string_view(name).ends_with("Names") ? '#' : ':';
    if (token.size() < 2 || token[0] != sign || !std::all_of(token.begin() + 1, token.end(), is_word_char))
      throw Refused(std::string(name) + " contains invalid key: Syntax error; key: \"" + std::string(token) + "\"");
  }
  return &map->as_object();
}

}  // namespace

Placeholders::Placeholders(const json::object& request)
    : names_(map_in(request, "ExpressionAttributeNames")), values_(map_in(request, "ExpressionAttributeValues")) {
  resolved_.reserve(64);
}

const std::string& Placeholders::name(const std::string& token) {
  if (names_ == nullptr || !names_->contains(token))
    throw Refused("An expression attribute name used in the document path is not defined; attribute name: " + token);
  used_.insert(token);
  if (resolved_.size() == resolved_.capacity()) throw Refused("more placeholders than a test should need");
  resolved_.emplace_back(names_->at(token).as_string());
  return resolved_.back();
}

const json::object& Placeholders::value(const std::string& token) {
  if (values_ == nullptr || !values_->contains(token))
    throw Refused("An expression attribute value used in expression is not defined; attribute value: " + token);
  used_.insert(token);
  return values_->at(token).as_object();
}

void Placeholders::demand_all_used() const {
  for (const json::object* map : {names_, values_})
    if (map != nullptr)
      for (const auto& entry : *map)
        if (!used_.contains(std::string(entry.key())))
          throw Refused("Value provided in " +
                        std::string(map == names_ ? "ExpressionAttributeNames" : "ExpressionAttributeValues") +
                        " unused in expressions: keys: {" + std::string(entry.key()) + "}");
}

Condition read_condition(std::string_view text, Placeholders& placeholders) {
  return Reader(text, placeholders).whole_condition();
}

Update read_update(std::string_view text, Placeholders& placeholders) {
  return Reader(text, placeholders).whole_update();
}

}  // namespace scalper::dynamo_check
