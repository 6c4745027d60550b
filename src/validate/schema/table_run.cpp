#include "validate/schema/table_run.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"

namespace scalper::schema {
namespace {

constexpr std::size_t kNoField = ~std::size_t{0};
constexpr std::size_t kShown = 40;
constexpr std::size_t kKeysMemory = kTableMemory - kLongestCheckedCell;

bool is_plain(const TableField& field) {
  const bool bounds = field.minimum.has_value() || field.maximum.has_value() || field.exclusive_minimum.has_value() ||
                      field.exclusive_maximum.has_value();
  return !bounds && !field.min_length.has_value() && !field.max_length.has_value() && field.pattern == nullptr &&
         !field.has_values;
}

std::string shown(std::string_view text) { return "\"" + escape_text(text, kShown) + "\""; }

}  // namespace

template <class Say>
void TableRun::report(std::string_view code, std::uint64_t byte, std::optional<std::uint64_t> column, Say say) {
  if (!host_.keeps_byte(byte)) return layer_.count(Severity::kError);
  layer_.report(code, say(), host_.cell_place(byte, column));
}

TableRun::TableRun(const CompiledTable& table, const Layer& layer, TableHost& host)
    : table_(table), layer_(layer), host_(host), in_key_(table.fields.size()) {
  const auto add = [&](std::vector<std::size_t> fields, bool primary, bool single) {
    for (const std::size_t field : fields) in_key_[field] = 1;
    Key& key = keys_.emplace_back();
    key.fields = std::move(fields);
    key.primary = primary;
    key.single = single;
  };
  if (!table.primary_key.empty()) add(table.primary_key, true, false);
  for (const auto& key : table.unique_keys) add(key, false, false);
  for (std::size_t i = 0; i < table.fields.size(); ++i)
    if (table.fields[i].unique) add({i}, false, true);
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    const TableField& field = table.fields[i];
    const auto& missing = field.missing_values.has_value() ? *field.missing_values : table.missing_values;
    plain_.push_back(in_key_[i] == 0 && is_plain(field));
    full_.push_back(std::all_of(missing.begin(), missing.end(), [](const std::string& one) { return one.empty(); }));
  }
}

void TableRun::name(std::uint64_t column, std::string_view text, bool more) {
  static_cast<void>(more);
  if (column >= 2 * kMostFields) return;
  if (names_.size() <= column) names_.resize(static_cast<std::size_t>(column) + 1);
  std::string& name = names_[static_cast<std::size_t>(column)];
  name += text.substr(0, kLongestFieldName + 1 - std::min(name.size(), kLongestFieldName + 1));
}

void TableRun::no_header() {
  for (std::size_t i = 0; i < table_.fields.size(); ++i) fields_.push_back(i);
}

void TableRun::end_header(std::uint64_t byte) {
  for (const std::string& name : names_) {
    const auto found = std::find_if(table_.fields.begin(), table_.fields.end(),
                                    [&](const TableField& field) { return field.name == name; });
    fields_.push_back(found == table_.fields.end() ? kNoField
                                                   : static_cast<std::size_t>(found - table_.fields.begin()));
  }
  match_names(byte);
  names_ = {};
}

void TableRun::match_names(std::uint64_t byte) {
  const FieldsMatch match = table_.match;
  const bool in_order = match == FieldsMatch::kExact;
  const bool all_fields = in_order || match == FieldsMatch::kEqual || match == FieldsMatch::kSubset;
  const bool no_others = in_order || match == FieldsMatch::kEqual || match == FieldsMatch::kSuperset;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (in_order && i < table_.fields.size() && fields_[i] != i) {
      report("table.header", byte, i,
             [&] { return "expected the column " + shown(table_.fields[i].name) + ", found " + shown(names_[i]); });
    } else if (no_others && fields_[i] == kNoField) {
      report("table.header", byte, i, [&] { return "the schema has no field for the column " + shown(names_[i]); });
    }
  }
  bool any = false;
  for (std::size_t field = 0; field < table_.fields.size(); ++field) {
    const bool there = std::find(fields_.begin(), fields_.end(), field) != fields_.end();
    any = any || there;
    if (there || !(all_fields || table_.fields[field].required)) continue;
    if (in_order && field < fields_.size()) continue;  // said above
    report("table.header", byte, std::nullopt,
           [&] { return "there is no column " + shown(table_.fields[field].name); });
  }
  if (!any && match == FieldsMatch::kPartial)
    report("table.header", byte, std::nullopt, [] { return std::string("no column has a field in the schema"); });
}

void TableRun::cell(std::uint64_t column, std::string_view text, std::uint64_t byte, bool more) {
  if (column >= fields_.size() || fields_[static_cast<std::size_t>(column)] == kNoField) return;
  if (!more && !gathering_) return whole_cell(column, text, byte);
  gathering_ = true;
  cut_ = cut_ || gathered_.size() + text.size() > kLongestCheckedCell;
  if (!cut_) gathered_ += text;
  if (more) return;
  const std::string whole = std::exchange(gathered_, {});
  gathering_ = false;
  if (!std::exchange(cut_, false)) return whole_cell(column, whole, byte);
  if (std::exchange(too_long_said_, true)) return layer_.count(Severity::kUnverifiable);
  layer_.report("limit.cell", "a cell is longer than the 256 KiB that a schema looks at: it was not checked",
                host_.cell_place(byte, column));
}

bool TableRun::is_missing(const TableField& field, std::string_view text) const {
  const auto& missing = field.missing_values.has_value() ? *field.missing_values : table_.missing_values;
  return std::find(missing.begin(), missing.end(), text) != missing.end();
}

void TableRun::whole_cell(std::uint64_t column, std::string_view text, std::uint64_t byte) {
  const std::size_t at = fields_[static_cast<std::size_t>(column)];
  const TableField& field = table_.fields[at];
  if ((text.empty() || full_[at] == 0) && is_missing(field, text)) {
    if (field.required)
      report("table.required", byte, column, [&] { return "the field " + shown(field.name) + " has no value"; });
    return note_key(at, std::nullopt);
  }
  if (plain_[at] != 0 && surely_fits(field, text)) return;
  const CellValue value = read_cell(field, text);
  if (!value.fits) {
    report("table.type", byte, column, [&] {
      const std::string form = field.form == FieldForm::kStrptime ? " in the form " + shown(field.format) : "";
      return "expected a value of the type " + field.type_name + form + ", found " + shown(text);
    });
  } else {
    check_value(field, value, text, column, byte);
  }
  note_key(at, value.fits ? value.hash : hash_of_string(text));
}

void TableRun::check_value(const TableField& field, const CellValue& value, std::string_view text, std::uint64_t column,
                           std::uint64_t byte) {
  const auto bound = [&](std::string_view code, const std::optional<Decimal>& limit, std::string_view words,
                         const std::string& written, auto holds) {
    if (!limit.has_value()) return;
    // Numbers without end lie above or below all others, and what is none lies nowhere.
    const bool endless = text == "INF" || text == "-INF";
    if (endless ? holds(text == "INF" ? 1 : -1) : value.order.has_value() && holds(compare(*value.order, *limit)))
      return;
    report(code, byte, column,
           [&] { return "expected " + std::string(words) + " " + written + ", found " + shown(text); });
  };
  bound("table.minimum", field.minimum, "at least", field.minimum_text, [](int order) { return order >= 0; });
  bound("table.maximum", field.maximum, "at most", field.maximum_text, [](int order) { return order <= 0; });
  bound("table.minimum", field.exclusive_minimum, "more than", field.minimum_text, [](int o) { return o > 0; });
  bound("table.maximum", field.exclusive_maximum, "less than", field.maximum_text, [](int o) { return o < 0; });
  const auto length = [&](std::string_view code, std::string_view words, std::uint64_t limit) {
    report(code, byte, column, [&] {
      return "expected a length of " + std::string(words) + " " + std::to_string(limit) + ", found " +
             std::to_string(value.length);
    });
  };
  if (field.min_length.has_value() && value.length < *field.min_length)
    length("table.min_length", "at least", *field.min_length);
  if (field.max_length.has_value() && value.length > *field.max_length)
    length("table.max_length", "at most", *field.max_length);
  if (field.pattern != nullptr && !field.pattern->found_in(text))
    report("table.pattern", byte, column,
           [&] { return "expected a text that matches " + shown(field.pattern_text) + ", found " + shown(text); });
  if (field.has_values && std::find(field.values.begin(), field.values.end(), value.hash) == field.values.end())
    report("table.enum", byte, column,
           [&] { return "expected one of " + field.values_text + ", found " + shown(text); });
}

void TableRun::note_key(std::size_t field, const std::optional<ValueHash>& hash) {
  if (in_key_[field] == 0 || keys_full_) return;
  for (Key& key : keys_) {
    const auto part = std::find(key.fields.begin(), key.fields.end(), field);
    if (part == key.fields.end()) continue;
    ++key.parts;
    key.complete = key.complete && hash.has_value();
    // Which part it is goes in with its value: of two columns of one name both are the same part.
    const auto number = static_cast<std::uint64_t>(part - key.fields.begin());
    SipHasher one('p');
    one.add(std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    one.add(hash.value_or(ValueHash{}));
    key.row.add(one.finish());
  }
}

void TableRun::end_row(std::uint64_t byte, std::uint64_t width) {
  static_cast<void>(width);
  if (!keys_.empty() && !keys_full_) end_keys(byte);
}

void TableRun::end_keys(std::uint64_t byte) {
  for (Key& key : keys_) {
    const ValueHash hash = std::exchange(key.row, SipHasher('k')).finish();
    const bool whole = std::exchange(key.parts, 0) == key.fields.size();
    const bool complete = std::exchange(key.complete, true);
    if (!whole) continue;  // a short row, or no such column: said already
    std::string name = table_.fields[key.fields.front()].name;
    if (key.fields.size() > 1) name += " and others";
    if (!complete) {
      if (key.primary)
        report("table.primary_key", byte, std::nullopt,
               [&] { return "a cell of the primary key, " + shown(name) + ", has no value"; });
      continue;
    }
    if (key_bytes_ + key.seen.growth() > kKeysMemory) {
      keys_full_ = true;
      layer_.report("limit.memory", "keys that may not repeat take more than 1.75 MiB: later rows were not compared",
                    host_.cell_place(byte, std::nullopt));
      return;
    }
    key_bytes_ -= key.seen.bytes();
    const bool fresh = key.seen.add(hash);
    key_bytes_ += key.seen.bytes();
    if (fresh) continue;
    report(key.primary ? "table.primary_key" : "table.unique", byte, std::nullopt,
           [&] { return "the value of " + shown(name) + " stands in a row before this one, and may not repeat"; });
  }
}

}  // namespace scalper::schema
