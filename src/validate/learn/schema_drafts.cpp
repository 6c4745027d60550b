#include "validate/learn/schema_drafts.h"

#include <utility>
#include <vector>

#include "validate/contract/canonical.h"

namespace scalper::learn {
namespace {

using grammar::canonical_string;
using schema::FieldType;

constexpr std::size_t kMostTablePatterns = 16;  // that compile_table() takes
constexpr std::size_t kMostJsonPatterns = 64;

// Members of an object on one line.
class Members {
 public:
  void add(std::string_view name, const std::string& value) {
    text_ += (text_.empty() ? "" : ", ") + canonical_string(name) + ": " + value;
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string list_of(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + canonical_string(text);
  return "[" + list + "]";
}

void add_bounds(Members& members, const NumberNotes& numbers) {
  if (const std::string least = numbers.minimum(); !least.empty()) members.add("minimum", least);
  if (const std::string most = numbers.maximum(); !most.empty()) members.add("maximum", most);
}

std::string field(const TableColumn& column, std::size_t& patterns) {
  const ColumnNotes& notes = column.notes;
  Members members;
  members.add("name", canonical_string(column.name));
  members.add("type", canonical_string(notes.type_name()));
  Members constraints;
  if (notes.full()) constraints.add("required", "true");
  if (notes.type() == FieldType::kInteger || notes.type() == FieldType::kNumber) {
    add_bounds(constraints, notes.numbers());
  } else if (notes.type() == FieldType::kString) {
    const std::string_view format = notes.texts().format();
    const auto words = notes.texts().words();
    const std::string pattern = notes.texts().pattern();
    if (format == "uuid" || format == "email" || format == "uri") {
      members.add("format", canonical_string(format));
    } else if (!words.empty()) {
      constraints.add("enum", list_of(words));
    } else if (!pattern.empty() && patterns++ < kMostTablePatterns) {
      constraints.add("pattern", canonical_string(pattern));
    }
  }
  if (!constraints.empty()) members.add("constraints", constraints.text());
  return members.text();
}

class JsonDraft {
 public:
  // As the members of an object, each on a line that begins with `indent`.
  std::string schema(const JsonPlace& place, const std::string& indent) {
    std::vector<std::string> lines;
    const std::vector<std::string> types = types_of(place);
    if (types.size() == 1) lines.push_back("\"type\": " + canonical_string(types[0]));
    if (types.size() > 1) lines.push_back("\"type\": " + list_of(types));
    if (place.whole + place.fractions > 0) numbers(place, lines);
    if (place.strings > 0) strings(place, types.size() == 1, lines);
    if (place.arrays > 0 && place.elements != nullptr) lines.push_back("\"items\": " + object(*place.elements, indent));
    if (place.objects > 0) members(place, indent, lines);
    std::string text;
    for (const std::string& line : lines) {
      if (!text.empty()) text += ",\n";
      text.append(indent).append(line);
    }
    return text;
  }
  [[nodiscard]] bool formats() const { return formats_; }

 private:
  static std::vector<std::string> types_of(const JsonPlace& place) {
    std::vector<std::string> types;
    if (place.objects > 0) types.emplace_back("object");
    if (place.arrays > 0) types.emplace_back("array");
    if (place.strings > 0) types.emplace_back("string");
    if (place.fractions > 0) {
      types.emplace_back("number");
    } else if (place.whole > 0) {
      types.emplace_back("integer");
    }
    if (place.flags > 0) types.emplace_back("boolean");
    if (place.nulls > 0) types.emplace_back("null");
    return types;
  }

  static void numbers(const JsonPlace& place, std::vector<std::string>& lines) {
    if (const std::string least = place.numbers.minimum(); !least.empty()) lines.push_back("\"minimum\": " + least);
    if (const std::string most = place.numbers.maximum(); !most.empty()) lines.push_back("\"maximum\": " + most);
  }

  // `alone`: no values of other types, which an `enum` would exclude.
  void strings(const JsonPlace& place, bool alone, std::vector<std::string>& lines) {
    const auto words = place.texts.words();
    const std::string pattern = place.texts.pattern();
    if (const std::string_view format = place.texts.format(); !format.empty()) {
      formats_ = true;
      lines.push_back("\"format\": " + canonical_string(format));
    } else if (alone && !words.empty()) {
      lines.push_back("\"enum\": " + list_of(words));
    } else if (!pattern.empty() && patterns_++ < kMostJsonPatterns) {
      lines.push_back("\"pattern\": " + canonical_string("^" + pattern + "$"));
    }
  }

  std::string object(const JsonPlace& place, const std::string& indent) {
    const std::string inside = schema(place, indent + "  ");
    return inside.empty() ? "{}" : "{\n" + inside + "\n" + indent + "}";
  }

  void members(const JsonPlace& place, const std::string& indent, std::vector<std::string>& lines) {
    if (place.many_members) {
      lines.emplace_back("\"$comment\": \"the samples have so many names here that they are taken for values\"");
      return;
    }
    std::string properties;
    std::vector<std::string> required;
    for (const auto& [name, member] : place.members) {
      properties += (properties.empty() ? "" : ",\n") + indent + "  " + canonical_string(name) + ": " +
                    object(*member, indent + "  ");
      if (member->in_objects == place.objects) required.push_back(name);
    }
    if (properties.empty()) return;
    lines.push_back("\"properties\": {\n" + properties + "\n" + indent + "}");
    if (!required.empty()) lines.push_back("\"required\": " + list_of(required));
  }

  bool formats_ = false;
  std::size_t patterns_ = 0;
};

}  // namespace

std::string draft_table_schema(const TableNotes& notes) {
  std::string fields;
  std::size_t patterns = 0;
  for (const TableColumn& column : notes.columns())
    fields += (fields.empty() ? "" : ",\n    ") + field(column, patterns);
  std::string text = "{\n  \"fields\": [\n    " + fields + "\n  ]";
  if (notes.header() && notes.match() != "exact")
    text += ",\n  \"fieldsMatch\": [" + canonical_string(notes.match()) + "]";
  return text + "\n}\n";
}

std::string draft_json_schema(const JsonNotes& notes, const std::string& title, bool& formats) {
  JsonDraft draft;
  const std::string inside = draft.schema(notes.root, "  ");
  formats = draft.formats();
  return "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": " +
         canonical_string(title) + (inside.empty() ? "" : ",\n" + inside) + "\n}\n";
}

}  // namespace scalper::learn
