#include "validate/learn/table_notes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace scalper::learn {
namespace {

using schema::FieldType;

struct TypeRule {
  FieldType type;
  std::string_view name;
};

// The first that fits is taken.
constexpr auto kTypes = std::to_array<TypeRule>({{FieldType::kInteger, "integer"},
                                                 {FieldType::kNumber, "number"},
                                                 {FieldType::kBoolean, "boolean"},
                                                 {FieldType::kDate, "date"},
                                                 {FieldType::kTime, "time"},
                                                 {FieldType::kDateTime, "datetime"}});
constexpr std::uint32_t kNumbers = 3;  // the first two

// "007" is a name and no number, though it could be read as one.
bool is_padded(std::string_view cell) {
  if (cell.starts_with('-') || cell.starts_with('+')) cell.remove_prefix(1);
  return cell.size() > 1 && cell[0] == '0' && cell[1] >= '0' && cell[1] <= '9';
}

bool fits(const TypeRule& rule, std::string_view cell) {
  const bool number = rule.type == FieldType::kInteger || rule.type == FieldType::kNumber;
  if (number && is_padded(cell)) return false;
  if (rule.type == FieldType::kBoolean && (cell == "0" || cell == "1")) return false;  // numbers, until told otherwise
  schema::TableField field;
  field.type = rule.type;
  return schema::read_cell(field, cell).fits;
}

std::vector<TableColumn>::iterator find_column(std::vector<TableColumn>& columns, const std::string& name) {
  return std::find_if(columns.begin(), columns.end(), [&](const TableColumn& one) { return one.name == name; });
}

}  // namespace

void ColumnNotes::add(std::string_view cell) {
  if (cell.size() > kLongestValue) return add_long();
  ++cells_;
  if (cell.empty()) {
    ++missing_;
    return;
  }
  fits_ &= (std::uint32_t{1} << kTypes.size()) - 1;
  for (std::size_t i = 0; i < kTypes.size() && fits_ != 0; ++i) {
    const std::uint32_t bit = std::uint32_t{1} << i;
    if ((fits_ & bit) != 0 && !fits(kTypes[i], cell)) fits_ &= ~bit;
  }
  if ((fits_ & kNumbers) != 0) numbers_.add(cell);
  texts_.add(cell);
}

void ColumnNotes::add_long() {
  ++cells_;
  fits_ = 0;
  texts_.add_long();
}

void ColumnNotes::merge(const ColumnNotes& other) {
  cells_ += other.cells_;
  missing_ += other.missing_;
  fits_ &= other.fits_;
  texts_.merge(other.texts_);
  numbers_.merge(other.numbers_);
}

FieldType ColumnNotes::type() const {
  for (std::size_t i = 0; i < kTypes.size() && has_values(); ++i)
    if ((fits_ & (std::uint32_t{1} << i)) != 0) return kTypes[i].type;
  return FieldType::kString;
}

std::string_view ColumnNotes::type_name() const {
  const FieldType wanted = type();
  const auto* const found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRule& rule) { return rule.type == wanted; });
  return found == kTypes.end() ? "string" : found->name;
}

void TableNotes::join(TableSample sample) {
  if (tables_++ == 0) {
    delimiter_ = sample.delimiter;
    header_ = sample.header;
    named_ = sample.named;
    columns_ = std::move(sample.columns);
    return;
  }
  if (!conflict_.empty()) return;
  if (delimiter_ != sample.delimiter) delimiter_.reset();
  named_ = named_ && sample.named;
  if (header_ != sample.header) {
    conflict_ = "the first row names the columns in some of the tables, and is a row like the others in others";
  } else if (!header_) {
    join_by_order(sample);
  } else if (named_) {
    join_by_name(sample);
  }
}

void TableNotes::join_by_order(TableSample& sample) {
  if (columns_.size() != sample.columns.size()) {
    conflict_ = "the tables have no header, and rows of different widths: " + std::to_string(columns_.size()) +
                " and " + std::to_string(sample.columns.size()) + " cells";
    return;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].notes.merge(sample.columns[i].notes);
}

void TableNotes::join_by_name(TableSample& sample) {
  const auto same_name = [](const TableColumn& a, const TableColumn& b) { return a.name == b.name; };
  const bool same_order =
      std::equal(columns_.begin(), columns_.end(), sample.columns.begin(), sample.columns.end(), same_name);
  reordered_ = reordered_ || !same_order;
  std::vector<TableColumn> common;
  for (TableColumn& column : columns_) {
    const auto other = find_column(sample.columns, column.name);
    if (other == sample.columns.end()) continue;
    column.notes.merge(other->notes);
    common.push_back(std::move(column));
  }
  others_ = others_ || common.size() != columns_.size() || common.size() != sample.columns.size();
  columns_ = std::move(common);
  if (columns_.empty()) conflict_ = "the tables have no column in common";
}

std::string_view TableNotes::match() const {
  if (others_) return "subset";
  return reordered_ ? "equal" : "exact";
}

}  // namespace scalper::learn
