#include "validate/formats/parquet_columns.h"

#include "base/escape.h"
#include "validate/schema/table_run.h"

namespace scalper::parquet {
namespace {

using schema::FieldType;
using schema::TableField;

constexpr std::size_t kShown = 40;

class Host final : public schema::TableHost {
 public:
  Host(const Layer& layer, const Schema& schema) : layer_(layer), schema_(schema) {}

  Location cell_place(std::uint64_t byte, std::optional<std::uint64_t> column) override {
    Location where;
    where.byte = byte;
    if (!column.has_value()) return where;
    where.column_index = *column + 1;
    std::uint64_t left = *column;
    for (std::uint32_t place = 1; place < schema_.elements().size(); place = schema_.elements()[place].last) {
      if (left-- == 0) where.column = schema_.path(place);
    }
    return where;
  }
  bool keeps_byte(std::uint64_t byte) const override { return layer_.keeps(byte); }

 private:
  const Layer& layer_;
  const Schema& schema_;
};

bool is_integer(const Element& e) {
  const bool whole = e.physical == Physical::kInt32 || e.physical == Physical::kInt64;
  return whole && (e.meaning == Meaning::kPlain || e.meaning == Meaning::kInteger);
}

bool is_text(const Element& e) {
  return e.meaning == Meaning::kString || e.meaning == Meaning::kEnum || e.meaning == Meaning::kJson ||
         (e.physical == Physical::kBytes && e.meaning == Meaning::kPlain);
}

bool is_number(const Element& e) {
  const bool plain = e.meaning == Meaning::kPlain;
  return is_integer(e) || e.meaning == Meaning::kDecimal || e.meaning == Meaning::kFloat16 ||
         (plain && (e.physical == Physical::kFloat || e.physical == Physical::kDouble));
}

bool is_list(const Element& e) { return e.meaning == Meaning::kList || e.repetition == Repetition::kRepeated; }

// Whether a column can hold what a field of a Table Schema is.
bool holds(const Element& e, const TableField& field) {
  if (e.meaning == Meaning::kNull || field.type == FieldType::kAny) return true;
  if (is_list(e)) return field.type == FieldType::kArray || field.type == FieldType::kList;
  switch (field.type) {
    case FieldType::kString: return is_text(e) || e.meaning == Meaning::kUuid;
    case FieldType::kNumber: return is_number(e);
    case FieldType::kInteger:
    case FieldType::kYear: return is_integer(e) || (e.meaning == Meaning::kDecimal && e.scale == 0);
    case FieldType::kBoolean: return e.physical == Physical::kBoolean;
    case FieldType::kDate: return e.meaning == Meaning::kDate;
    case FieldType::kTime: return e.meaning == Meaning::kTime;
    case FieldType::kDateTime: return e.meaning == Meaning::kTimestamp || e.physical == Physical::kInt96;
    case FieldType::kObject:
    case FieldType::kGeoJson: return e.children > 0 || e.meaning == Meaning::kJson;
    case FieldType::kDuration: return e.meaning == Meaning::kInterval || is_text(e);
    default: return is_text(e);
  }
}

bool demands_values(const TableField& field, const Element& e) {
  const bool bounds = field.min_length.has_value() || field.max_length.has_value() || field.minimum.has_value() ||
                      field.maximum.has_value() || field.exclusive_minimum.has_value() ||
                      field.exclusive_maximum.has_value();
  return bounds || field.unique || field.has_values || field.pattern != nullptr ||
         (field.required && e.repetition != Repetition::kRequired);
}

void check_column(const Layer& layer, Host& host, const TableField& field, const Element& element, std::uint64_t column,
                  std::uint64_t byte) {
  const std::string name = "\"" + escape_text(field.name, kShown) + "\"";
  if (!holds(element, field)) {
    layer.report("parquet.type",
                 "the column " + name + " is of type " + type_words(element) + ", the contract's schema demands " +
                     escape_text(field.type_name, kShown),
                 host.cell_place(byte, column));
  } else if (demands_values(field, element)) {
    layer.report("parquet.values",
                 "the contract's schema demands something of the values of the column " + name +
                     ", and the values of Parquet files are not looked at",
                 host.cell_place(byte, column));
  }
}

}  // namespace

void check_columns(const Layer& layer, const Schema& schema, std::uint64_t byte) {
  const auto& table = layer.settings->parquet.compiled;
  if (table == nullptr) return;
  Host host(layer, schema);
  schema::TableRun run(*table, layer, host);
  std::uint64_t column = 0;
  for (std::uint32_t place = 1; place < schema.elements().size(); place = schema.elements()[place].last) {
    const Element& element = schema.elements()[place];
    run.name(column, element.name, false);
    for (const TableField& field : table->fields) {
      if (field.name != element.name) continue;
      check_column(layer, host, field, element, column, byte);
      break;
    }
    ++column;
  }
  run.end_header(byte);
  if (!table->primary_key.empty() || !table->unique_keys.empty()) {
    layer.report("parquet.values",
                 "the contract's schema demands keys that do not repeat, and the values of Parquet files are not "
                 "looked at",
                 host.cell_place(byte, std::nullopt));
  }
}

}  // namespace scalper::parquet
