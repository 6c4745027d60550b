#pragma once
// What the tables of some samples have in common: delimiter, header, columns with their types.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/checker.h"
#include "validate/learn/value_notes.h"
#include "validate/schema/table_schema.h"

namespace scalper::learn {

// The cells of one column, without its name.
class ColumnNotes {
 public:
  void add(std::string_view cell);
  void add_long();
  void merge(const ColumnNotes& other);

  // Of the types of Table Schema; a text where nothing narrower fits all.
  [[nodiscard]] schema::FieldType type() const;
  [[nodiscard]] std::string_view type_name() const;
  // It has values, none of them missing.
  [[nodiscard]] bool full() const { return cells_ > 0 && missing_ == 0; }
  [[nodiscard]] bool has_values() const { return cells_ > missing_; }
  [[nodiscard]] const TextNotes& texts() const { return texts_; }
  [[nodiscard]] const NumberNotes& numbers() const { return numbers_; }

 private:
  std::uint64_t cells_ = 0;
  std::uint64_t missing_ = 0;
  std::uint32_t fits_ = ~std::uint32_t{0};  // a bit for each type
  TextNotes texts_;
  NumberNotes numbers_;
};

struct TableColumn {
  std::string name;
  ColumnNotes notes;
};

// One table.
struct TableSample {
  char delimiter = ',';
  bool header = true;
  bool named = true;  // each column has a name of its own, that a schema may hold
  std::vector<TableColumn> columns;
};

// All of them.
class TableNotes {
 public:
  void join(TableSample sample);

  [[nodiscard]] bool any() const { return tables_ > 0; }
  // Why the tables cannot be one feed; empty: they can.
  [[nodiscard]] const std::string& conflict() const { return conflict_; }
  [[nodiscard]] std::optional<char> delimiter() const { return delimiter_; }
  [[nodiscard]] bool header() const { return header_; }
  // Without names there is no schema.
  [[nodiscard]] bool named() const { return named_; }
  [[nodiscard]] const std::vector<TableColumn>& columns() const { return columns_; }
  // `fieldsMatch` of Table Schema: "exact"; "equal", in any order; "subset", with columns beside those that all have.
  [[nodiscard]] std::string_view match() const;

 private:
  void join_by_order(TableSample& sample);
  void join_by_name(TableSample& sample);

  std::uint64_t tables_ = 0;
  std::optional<char> delimiter_;
  bool header_ = true;
  bool named_ = true;
  bool reordered_ = false;
  bool others_ = false;
  std::vector<TableColumn> columns_;
  std::string conflict_;
};

// Learns one table into `notes`, which outlives it. `mark`: becomes true of a byte order mark. `delimiter`: where it is
// known without a look.
[[nodiscard]] std::unique_ptr<Checker> make_table_learner(TableNotes& notes, bool& mark, std::optional<char> delimiter);

}  // namespace scalper::learn
