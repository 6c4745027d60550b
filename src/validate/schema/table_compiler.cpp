// From a Table Schema's file to fields, with every complaint at its place.
#include <algorithm>
#include <array>
#include <utility>

#include "base/escape.h"
#include "validate/contract/tree.h"
#include "validate/schema/schema_tree.h"
#include "validate/schema/table_schema.h"
#include "validate/schema/table_times.h"

namespace scalper::schema {
namespace {

struct TypeName {
  std::string_view name;
  FieldType type;
};

constexpr auto kTypes = std::to_array<TypeName>({
    {"string", FieldType::kString},
    {"number", FieldType::kNumber},
    {"integer", FieldType::kInteger},
    {"boolean", FieldType::kBoolean},
    {"object", FieldType::kObject},
    {"array", FieldType::kArray},
    {"list", FieldType::kList},
    {"date", FieldType::kDate},
    {"time", FieldType::kTime},
    {"datetime", FieldType::kDateTime},
    {"year", FieldType::kYear},
    {"yearmonth", FieldType::kYearMonth},
    {"duration", FieldType::kDuration},
    {"geopoint", FieldType::kGeoPoint},
    {"geojson", FieldType::kGeoJson},
    {"any", FieldType::kAny},
});

bool is_time(FieldType type) {
  return type == FieldType::kDate || type == FieldType::kTime || type == FieldType::kDateTime;
}

// Table Schema, constraints: which types have a length, and which are texts that a pattern can match.
bool has_length(FieldType type) {
  return type == FieldType::kString || type == FieldType::kObject || type == FieldType::kArray ||
         type == FieldType::kList || type == FieldType::kGeoJson;
}

bool has_order(FieldType type) {
  return is_time(type) || type == FieldType::kNumber || type == FieldType::kInteger || type == FieldType::kYear ||
         type == FieldType::kYearMonth || type == FieldType::kDuration;
}

bool is_bound(std::string_view constraint) {
  return constraint == "minimum" || constraint == "maximum" || constraint == "exclusiveMinimum" ||
         constraint == "exclusiveMaximum";
}

// Whether fields of this type can have the constraint, as far as it is known here.
bool may_constrain(std::string_view constraint, FieldType type) {
  if (constraint == "minLength" || constraint == "maxLength") return has_length(type);
  if (is_bound(constraint)) return has_order(type);
  if (constraint == "jsonSchema") return type == FieldType::kObject || type == FieldType::kArray;
  return constraint != "pattern" || type == FieldType::kString;
}

class TableCompiler {
 public:
  TableCompiler(const std::string& path, std::string_view text, std::vector<LintMessage>& messages)
      : text_(text), lint_(path, messages) {}

  std::shared_ptr<const CompiledTable> run() {
    const auto tree = read_tree(text_, lint_);
    if (!tree.has_value()) return nullptr;
    if (!tree->is_object()) {
      error(*tree, "a Table Schema is an object with `fields`");
      return nullptr;
    }
    read_fields(*tree);
    if (const TreeNode* const missing = tree->member("missingValues"))
      table_->missing_values = texts(*missing, "missingValues");
    if (const TreeNode* const match = tree->member("fieldsMatch")) read_match(*match);
    if (const TreeNode* const key = tree->member("primaryKey")) table_->primary_key = names(*key);
    if (const TreeNode* const keys = tree->member("uniqueKeys")) read_unique_keys(*keys);
    const bool may_lack = table_->match == FieldsMatch::kSuperset || table_->match == FieldsMatch::kPartial;
    for (const char* const name : {"primaryKey", "uniqueKeys"}) {
      // A key of columns that a file may leave out: nothing says what it then demands.
      if (const TreeNode* const key = tree->member(name); key != nullptr && may_lack)
        unbuilt(*key, std::string(name) + " beside this fieldsMatch");
    }
    if (const TreeNode* const keys = tree->member("foreignKeys"))
      if (!keys->children.empty()) unbuilt(*keys, "foreignKeys");
    return lint_.errors() == 0 ? table_ : nullptr;
  }

 private:
  void error(const TreeNode& node, std::string message) {
    lint_.error(grammar::place_of(text_, node.byte), std::move(message));
  }
  void unbuilt(const TreeNode& node, const std::string& what) {
    lint_.warning(grammar::place_of(text_, node.byte),
                  "`" + what + "` is not checked by this version: the contract's files will be unverifiable");
    table_->unbuilt.push_back(what);
  }

  // A text, or a list of texts or of objects with a `value`.
  std::vector<std::string> texts(const TreeNode& node, std::string_view what) {
    std::vector<std::string> out;
    if (!node.is_array()) error(node, "`" + std::string(what) + "` wants a list of texts");
    for (const TreeNode& one : node.children) {
      const TreeNode* const value = one.is_object() ? one.member("value") : &one;
      if (value == nullptr || !value->is_string()) {
        error(one, "`" + std::string(what) + "` wants a list of texts");
        continue;
      }
      out.push_back(value->text);
    }
    return out;
  }

  void read_fields(const TreeNode& tree) {
    const TreeNode* const fields = tree.member("fields");
    if (fields == nullptr || !fields->is_array() || fields->children.empty())
      return error(fields != nullptr ? *fields : tree, "`fields` wants a list of at least one field");
    if (fields->children.size() > kMostFields) return error(*fields, "there are more than 4,096 fields");
    for (const TreeNode& one : fields->children) read_field(one);
  }

  void read_field(const TreeNode& node) {
    const TreeNode* const name = node.member("name");
    if (name == nullptr || !name->is_string() || name->text.empty() || name->text.size() > kLongestFieldName)
      return error(name != nullptr ? *name : node, "a field wants a `name` of at most 1,024 bytes");
    if (index_of(name->text) < table_->fields.size())
      return error(*name, "there is another field " + grammar::quoted(name->text));
    TableField field;
    field.name = name->text;
    if (const TreeNode* const type = node.member("type")) read_type(*type, field.type, &field.type_name);
    if (const TreeNode* const item = node.member("itemType")) read_type(*item, field.item_type, nullptr);
    if (const TreeNode* const format = node.member("format")) read_format(*format, field);
    read_writing(node, field);
    if (const TreeNode* const own = node.member("missingValues")) field.missing_values = texts(*own, "missingValues");
    if (const TreeNode* const categories = node.member("categories")) read_values(*categories, field);
    if (const TreeNode* const constraints = node.member("constraints")) read_constraints(*constraints, field);
    table_->fields.push_back(std::move(field));
  }

  void read_type(const TreeNode& node, FieldType& into, std::string* name) {
    const auto* const found = std::find_if(
        kTypes.begin(), kTypes.end(), [&](const TypeName& type) { return node.is_string() && type.name == node.text; });
    if (found == kTypes.end()) return error(node, "`type` wants a type of Table Schema, as string, number or date");
    into = found->type;
    if (name != nullptr) *name = found->name;
  }

  void read_format(const TreeNode& node, TableField& field) {
    if (!node.is_string()) return error(node, "`format` wants a text");
    const std::string& format = node.text;
    if (format == "default") return;
    if (field.type == FieldType::kString) {
      constexpr auto kForms = std::to_array<std::pair<std::string_view, FieldForm>>({{"email", FieldForm::kEmail},
                                                                                     {"uri", FieldForm::kUri},
                                                                                     {"uuid", FieldForm::kUuid},
                                                                                     {"binary", FieldForm::kBinary}});
      const auto* const found =
          std::find_if(kForms.begin(), kForms.end(), [&](const auto& pair) { return pair.first == format; });
      if (found == kForms.end()) return error(node, "`format` of a string is default, email, uri, uuid or binary");
      field.form = found->second;
    } else if (field.type == FieldType::kGeoPoint) {
      if (format != "array" && format != "object")
        return error(node, "`format` of a geopoint is default, array or object");
      field.form = format == "array" ? FieldForm::kArray : FieldForm::kObject;
    } else if (is_time(field.type)) {
      if (format == "any") return unbuilt(node, "format: any");
      const std::string complaint = strptime_complaint(format);
      if (!complaint.empty())
        return error(node, "the pattern has " + grammar::quoted(complaint) + ", which is not supported");
      field.form = FieldForm::kStrptime;
      field.format = format;
    } else {
      unbuilt(node, "format: " + escape_text(format, 40));
    }
  }

  void read_writing(const TreeNode& node, TableField& field) {
    const auto text = [&](std::string_view name, std::string& into) {
      const TreeNode* const value = node.member(name);
      if (value == nullptr) return;
      if (!value->is_string() || value->text.size() > 16)
        return error(*value, "`" + std::string(name) + "` wants a short text");
      into = value->text;
    };
    text("decimalChar", field.decimal_char);
    text("groupChar", field.group_char);
    text("delimiter", field.list_delimiter);
    if (field.list_delimiter.empty()) field.list_delimiter = ",";
    if (const TreeNode* const bare = node.member("bareNumber"))
      field.bare_number = bare->kind != TreeNode::Kind::kFalse;
    if (const TreeNode* const yes = node.member("trueValues")) field.true_values = texts(*yes, "trueValues");
    if (const TreeNode* const no = node.member("falseValues")) field.false_values = texts(*no, "falseValues");
  }

  // Values of the file are read as a cell of the field is.
  std::optional<CellValue> cell_of(const TreeNode& node, const TableField& field) {
    std::string text = node.text;
    if (node.is_flag()) text = node.kind == TreeNode::Kind::kTrue ? "true" : "false";
    TableField plain = field;
    if (node.kind == TreeNode::Kind::kNumber) plain.group_char.clear();
    if (node.kind == TreeNode::Kind::kNumber) plain.decimal_char = ".";
    const CellValue value = read_cell(plain, text);
    if (value.fits && !node.is_array() && !node.is_object()) return value;
    error(node, "this is no value of the field's type, " + field.type_name);
    return std::nullopt;
  }

  void read_values(const TreeNode& node, TableField& field) {
    if (!node.is_array()) return error(node, "a list of values is wanted");
    // With `categories` and `enum` a value has to be in both.
    const bool narrows = std::exchange(field.has_values, true);
    const std::vector<ValueHash> before = std::exchange(field.values, {});
    if (narrows) field.values_text.clear();
    for (const TreeNode& one : node.children) {
      const TreeNode* const inner = one.is_object() ? one.member("value") : &one;
      const auto value = cell_of(inner != nullptr ? *inner : one, field);
      if (!value.has_value()) continue;
      if (narrows && std::find(before.begin(), before.end(), value->hash) == before.end()) continue;
      field.values.push_back(value->hash);
      if (field.values_text.size() < 80)
        field.values_text +=
            (field.values_text.empty() ? "" : ", ") + grammar::quoted((inner != nullptr ? *inner : one).text);
    }
  }

  void read_bound(const TreeNode& node, const TableField& field, std::optional<Decimal>& into, std::string& text) {
    const auto value = cell_of(node, field);
    if (!value.has_value()) return;
    if (!value->order.has_value()) return unbuilt(node, node.name);
    into = value->order;
    text = escape_text(node.text, 40);
  }

  void read_count(const TreeNode& node, std::optional<std::uint64_t>& into) {
    const auto number = node.kind == TreeNode::Kind::kNumber ? parse_decimal(node.text) : std::nullopt;
    if (!number.has_value() || number->negative || !number->is_whole() || number->exponent > 12 ||
        number->digits.size() > 12)
      return error(node, "`" + node.name + "` wants a whole number, not below 0");
    std::uint64_t count = 0;
    for (const char c : number->digits) count = count * 10 + static_cast<std::uint64_t>(c - '0');
    for (std::int64_t i = 0; i < number->exponent; ++i) count *= 10;
    into = count;
  }

  void read_constraints(const TreeNode& node, TableField& field) {
    if (!node.is_object()) return error(node, "`constraints` wants an object");
    for (const TreeNode& one : node.children) {
      const std::string& name = one.name;
      const bool yes = one.kind == TreeNode::Kind::kTrue;
      if (!may_constrain(name, field.type)) {
        error(one, "fields of the type " + field.type_name + " have no `" + name + "`");
      } else if ((name == "required" || name == "unique") && !one.is_flag()) {
        error(one, "`" + name + "` wants true or false");
      } else if (name == "required") {
        field.required = yes;
      } else if (name == "unique") {
        field.unique = yes;
      } else if (name == "enum") {
        read_values(one, field);
      } else if (name == "pattern") {
        read_pattern(one, field);
      } else if (name == "minLength" || name == "maxLength") {
        read_count(one, name == "minLength" ? field.min_length : field.max_length);
      } else if (name == "minimum" || name == "exclusiveMinimum") {
        read_bound(one, field, name == "minimum" ? field.minimum : field.exclusive_minimum, field.minimum_text);
      } else if (name == "maximum" || name == "exclusiveMaximum") {
        read_bound(one, field, name == "maximum" ? field.maximum : field.exclusive_maximum, field.maximum_text);
      } else {
        unbuilt(one, "constraints." + escape_text(name, 40));
      }
    }
  }

  void read_pattern(const TreeNode& node, TableField& field) {
    if (!node.is_string()) return error(node, "`pattern` wants a text");
    // The whole cell has to match, as XML Schema has it.
    Pattern::Compiled alone = Pattern::compile(node.text, std::size_t{256} << 10U);  // "a)|(b" is none
    if (alone.pattern == nullptr)
      return error(node, "the pattern " + grammar::quoted(node.text) + " cannot be used: " + alone.complaint);
    Pattern::Compiled compiled = Pattern::compile("^(?:" + node.text + ")$", std::size_t{256} << 10U);
    if (++patterns_ > 16) return error(node, "the schema has more than 16 patterns");
    if (compiled.pattern == nullptr)
      return error(node, "the pattern " + grammar::quoted(node.text) + " cannot be used: " + compiled.complaint);
    field.pattern = std::move(compiled.pattern);
    field.pattern_text = node.text;
  }

  void read_match(const TreeNode& node) {
    constexpr auto kWords = std::to_array<std::string_view>({"exact", "equal", "subset", "superset", "partial"});
    const std::string& word = node.is_array() && node.children.size() == 1 ? node.children[0].text : node.text;
    const auto* const found = std::find(kWords.begin(), kWords.end(), word);
    if (found == kWords.end()) return error(node, "`fieldsMatch` wants exact, equal, subset, superset or partial");
    table_->match = static_cast<FieldsMatch>(found - kWords.begin());
  }

  [[nodiscard]] std::size_t index_of(std::string_view name) const {
    const auto found = std::find_if(table_->fields.begin(), table_->fields.end(),
                                    [&](const TableField& field) { return field.name == name; });
    return static_cast<std::size_t>(found - table_->fields.begin());
  }

  // One name, or a list of names, of fields.
  std::vector<std::size_t> names(const TreeNode& node) {
    std::vector<std::size_t> out;
    const auto add = [&](const TreeNode& name) {
      const std::size_t at = name.is_string() ? index_of(name.text) : table_->fields.size();
      if (at == table_->fields.size()) return error(name, "this is no field of the schema");
      out.push_back(at);
    };
    if (!node.is_array()) add(node);
    for (const TreeNode& one : node.children) add(one);
    return out;
  }

  void read_unique_keys(const TreeNode& node) {
    if (!node.is_array()) return error(node, "`uniqueKeys` wants a list of lists of names");
    for (const TreeNode& one : node.children) table_->unique_keys.push_back(names(one));
  }

  std::string_view text_;
  grammar::Lint lint_;
  std::shared_ptr<CompiledTable> table_ = std::make_shared<CompiledTable>();
  std::size_t patterns_ = 0;
};

}  // namespace

std::shared_ptr<const CompiledTable> compile_table(const std::string& path, std::string_view text,
                                                   std::vector<LintMessage>& messages) {
  return TableCompiler(path, text, messages).run();
}

}  // namespace scalper::schema
