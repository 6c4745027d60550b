#pragma once
// A table's cells against its schema, as they come.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/checker.h"
#include "validate/schema/schema_frame.h"
#include "validate/schema/table_schema.h"

namespace scalper::schema {

inline constexpr std::size_t kTableMemory = std::size_t{2} << 20U;  // keys that have to differ, and a cell
inline constexpr std::size_t kLongestCheckedCell = std::size_t{256} << 10U;

// Of the checker that reads the table.
class TableHost {
 public:
  virtual ~TableHost() = default;
  // Of a byte that is being delivered; column from 0 on.
  [[nodiscard]] virtual Location cell_place(std::uint64_t byte, std::optional<std::uint64_t> column) = 0;
  // Layer::keeps() of a byte as the table counts them.
  [[nodiscard]] virtual bool keeps_byte(std::uint64_t byte) const = 0;
};

// Belongs to one thread. All that it is given outlives it.
class TableRun {
 public:
  TableRun(const CompiledTable& table, const Layer& layer, TableHost& host);

  // The names of the header, perhaps in pieces; then end_header(). Without a header, fields go by their order.
  void name(std::uint64_t column, std::string_view text, bool more);
  void end_header(std::uint64_t byte);
  void no_header();
  // A cell of a row, perhaps in pieces. `byte`: of its first byte.
  void cell(std::uint64_t column, std::string_view text, std::uint64_t byte, bool more);
  void end_row(std::uint64_t byte, std::uint64_t width);

 private:
  // Cells that together may not repeat.
  struct Key {
    std::vector<std::size_t> fields;
    bool primary = false;
    bool single = false;  // the constraint `unique` of a field
    HashSet seen;
    SipHasher row{'k'};
    bool complete = true;  // no cell of the row is missing
    std::uint64_t parts = 0;
  };

  void match_names(std::uint64_t byte);
  void whole_cell(std::uint64_t column, std::string_view text, std::uint64_t byte);
  void check_value(const TableField& field, const CellValue& value, std::string_view text, std::uint64_t column,
                   std::uint64_t byte);
  void note_key(std::size_t field, const std::optional<ValueHash>& hash);
  void end_keys(std::uint64_t byte);
  [[nodiscard]] bool is_missing(const TableField& field, std::string_view text) const;
  template <class Say>
  void report(std::string_view code, std::uint64_t byte, std::optional<std::uint64_t> column, Say say);

  const CompiledTable& table_;
  const Layer& layer_;
  TableHost& host_;
  std::vector<std::string> names_;
  std::vector<std::size_t> fields_;   // by column; kNoField where the schema does not know it
  std::vector<std::uint8_t> in_key_;  // by field
  std::vector<std::uint8_t> plain_;   // by field: nothing is asked of it but its type
  std::vector<std::uint8_t> full_;    // by field: no text but the empty one means that a value is missing
  std::vector<Key> keys_;
  std::string gathered_;
  bool gathering_ = false;
  bool cut_ = false;  // the cell is longer than what is looked at
  bool too_long_said_ = false;
  bool keys_full_ = false;
  std::size_t key_bytes_ = 0;
};

}  // namespace scalper::schema
