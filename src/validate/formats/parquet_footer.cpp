#include "validate/formats/parquet_footer.h"

#include <algorithm>

#include "base/escape.h"
#include "validate/formats/parquet_columns.h"

namespace scalper::parquet {
namespace {

using thrift::Field;
using thrift::Reader;
using thrift::Type;

unsigned bit(std::int16_t id) { return id >= 0 && id < 32 ? 1U << static_cast<unsigned>(id) : 0; }

// What KeyValue, SortingColumn and PageEncodingStats cannot lack.
constexpr std::initializer_list<Field> kNote{{1, Type::kBinary}};
constexpr std::initializer_list<Field> kSorting{{1, Type::kI32}, {2, Type::kTrue}, {3, Type::kTrue}};
constexpr std::initializer_list<Field> kPageCount{{1, Type::kI32}, {2, Type::kI32}, {3, Type::kI32}};

constexpr unsigned bits(std::initializer_list<int> ids) {
  unsigned all = 0;
  for (const int id : ids) all |= 1U << static_cast<unsigned>(id);
  return all;
}

std::int64_t whole(Reader& reader, const Field& field) {
  const std::int64_t value = reader.i64(field);
  if (value < 0) reader.refuse();
  return value;
}

}  // namespace

Footer::Footer(const Layer& layer, PageList& pages, Walk walk, std::string_view text, std::uint64_t at)
    : layer_(layer), pages_(pages), walk_(walk), text_(text), at_(at) {}

void Footer::report(std::string_view code, const std::string& message, std::uint64_t byte) {
  Location where;
  where.byte = byte;
  layer_.report(code, message, where);
}

void Footer::report(std::string_view code, const std::string& message, std::uint64_t byte, std::uint32_t leaf) {
  Location where;
  where.byte = byte;
  where.column = schema_.path(leaf);
  unclaimed_matter_ = false;  // whose pages are whose is not known for certain
  layer_.report(code, message, where);
}

void Footer::broken(const Reader& reader, std::uint64_t at) {
  report("parquet.footer",
         reader.state() == thrift::State::kShort
             ? "the metadata in the footer ends inside a value"
             : "the metadata in the footer holds what cannot stand there, or lacks what has to: write the file again",
         at + reader.at());
}

void Footer::check() {
  if (!read_whole()) return;
  if (const auto fault = schema_.fault()) return report("parquet.schema", *fault, at_);
  if (schema_.over()) {
    return report("limit.columns",
                  "the schema has more than " + std::to_string(kMostElements) + " elements, or groups more than " +
                      std::to_string(kMostLevels) + " deep: the columns were not checked",
                  at_);
  }
  check_columns(layer_, schema_, at_);
  read_groups();
}

bool Footer::read_whole() {
  Reader reader(text_);
  unsigned seen = 0;
  Field field;
  while (reader.next(field)) {
    if ((seen & bit(field.id)) != 0) reader.refuse();
    seen |= bit(field.id);
    if (field.id == 1) {
      static_cast<void>(reader.i32(field));
    } else if (field.id == 2) {
      schema_.read(reader, reader.list(field, Type::kStruct).size);
    } else if (field.id == 3) {
      rows_ = whole(reader, field);
    } else if (field.id == 4) {
      groups_ = reader.list(field, Type::kStruct).size;
      groups_at_ = reader.at();
      for (std::size_t i = 0; i < groups_ && reader.good(); ++i) reader.skip_element(Type::kStruct);
    } else if (field.id == 5) {
      reader.skip_structs(field, kNote);
    } else {
      signed_ = signed_ || field.id == 8;
      reader.skip(field);
    }
  }
  constexpr unsigned kNeeded = bits({1, 2, 3, 4});
  if (reader.good() && ((seen & kNeeded) != kNeeded || (reader.at() != text_.size() && !signed_))) reader.refuse();
  if (!reader.good()) broken(reader, at_);
  return reader.good();
}

void Footer::read_groups() {
  Reader reader(text_.substr(groups_at_));
  for (std::size_t i = 0; i < groups_ && reader.good(); ++i) read_group(reader);
  if (!reader.good()) return broken(reader, at_ + groups_at_);
  check_rows();
  check_unclaimed();
}

// Below 0: it does not say.
std::int64_t Footer::rows_of(Reader reader) const {
  std::int64_t rows = -1;
  Field field;
  while (reader.next(field)) {
    if (field.id == 3) {
      rows = reader.i64(field);
    } else {
      reader.skip(field);
    }
  }
  return rows;
}

void Footer::read_group(Reader& reader) {
  const std::uint64_t begin = at_ + groups_at_ + reader.at();
  const std::int64_t rows = rows_of(reader);
  std::size_t columns = 0;
  unsigned seen = 0;
  Field field;
  while (reader.next(field)) {
    if ((seen & bit(field.id)) != 0) reader.refuse();
    seen |= bit(field.id);
    if (field.id == 2) {
      static_cast<void>(reader.i64(field));
      continue;
    }
    if (field.id == 4) {
      reader.skip_structs(field, kSorting);
      continue;
    }
    if (field.id != 1) {
      reader.skip(field);
      continue;
    }
    columns = reader.list(field, Type::kStruct).size;
    const std::vector<std::uint32_t>& leaves = schema_.leaves();
    for (std::size_t i = 0; i < columns && reader.good(); ++i) {
      Chunk chunk;
      read_chunk(reader, chunk);
      if (reader.good() && i < leaves.size()) {
        check_chunk(chunk, leaves[i], rows < 0 ? 0 : static_cast<std::uint64_t>(rows));
      }
    }
  }
  if (rows < 0 || (seen & bits({1, 2, 3})) != bits({1, 2, 3})) reader.refuse();
  if (!reader.good()) return;
  group_rows_ += static_cast<std::uint64_t>(rows);
  if (columns == schema_.leaves().size()) return;
  report("parquet.column",
         "a row group has " + std::to_string(columns) + " columns, the schema has " +
             std::to_string(schema_.leaves().size()),
         begin);
}

void Footer::read_chunk(Reader& reader, Chunk& chunk) {
  chunk.at = at_ + groups_at_ + reader.at();
  const auto offset = [&](Range& range, const Field& field) { range.at = reader.i64(field); };
  const auto length = [&](Range& range, const Field& field) { range.size = reader.i32(field); };
  bool placed = false;
  Field field;
  while (reader.next(field)) {
    switch (field.id) {
      case 2:
        static_cast<void>(reader.i64(field));
        placed = true;
        break;
      case 1: chunk.elsewhere = !reader.binary(field).empty(); break;
      case 3:
        if (chunk.described) reader.refuse();
        reader.open(field);
        read_description(reader, chunk);
        break;
      case 4: offset(chunk.offset_index, field); break;
      case 5: length(chunk.offset_index, field); break;
      case 6: offset(chunk.column_index, field); break;
      case 7: length(chunk.column_index, field); break;
      case 8:
      case 9:
        chunk.encrypted = true;
        reader.skip(field);
        break;
      default: reader.skip(field);
    }
  }
  if (!placed) reader.refuse();
}

void Footer::read_description(Reader& reader, Chunk& chunk) {
  unsigned seen = 0;
  Field field;
  while (reader.next(field)) {
    if ((seen & bit(field.id)) != 0) reader.refuse();
    seen |= bit(field.id);
    switch (field.id) {
      case 1: chunk.physical = reader.i32(field); break;
      case 2: {
        const std::size_t size = reader.list(field, Type::kI32).size;
        for (std::size_t i = 0; i < size; ++i) {
          chunk.known_encoding = is_encoding(reader.i32_element()) && chunk.known_encoding;
        }
        break;
      }
      case 3: {
        const std::size_t size = reader.list(field, Type::kBinary).size;
        if (size > kMostLevels) reader.refuse();
        for (std::size_t i = 0; i < size && reader.good(); ++i) chunk.path.push_back(reader.binary_element());
        break;
      }
      case 4: chunk.codec = reader.i32(field); break;
      case 5: chunk.values = whole(reader, field); break;
      case 6: static_cast<void>(whole(reader, field)); break;
      case 7: chunk.stored = whole(reader, field); break;
      case 8: reader.skip_structs(field, kNote); break;
      case 9: chunk.data_at = whole(reader, field); break;
      case 11: chunk.dictionary_at = reader.i64(field); break;
      case 13: reader.skip_structs(field, kPageCount); break;
      case 14: chunk.bloom.at = reader.i64(field); break;
      case 15: chunk.bloom.size = reader.i32(field); break;
      default: reader.skip(field);
    }
  }
  constexpr unsigned kNeeded = bits({1, 2, 3, 4, 5, 6, 7, 9});
  if (reader.good() && (seen & kNeeded) != kNeeded) reader.refuse();
  chunk.described = true;
}

void Footer::check_rows() {
  const auto most = layer_.settings->parquet.max_rows;
  if (group_rows_ != static_cast<std::uint64_t>(rows_)) {
    report("parquet.rows",
           "the file says " + std::to_string(rows_) + " rows, its row groups together " + std::to_string(group_rows_),
           at_);
  }
  if (most.has_value() && static_cast<std::uint64_t>(rows_) > *most) {
    report("parquet.max_rows",
           "the table has " + std::to_string(rows_) + " rows, the contract allows " + std::to_string(*most), at_);
  }
}

// Bytes that look like pages and that no reader of the table sees.
void Footer::check_unclaimed() {
  if (!unclaimed_matter_ || walk_.full) return;
  std::size_t pages = 0;
  std::uint64_t first = 0;
  for (std::size_t place = 0; place < pages_.size(); ++place) {
    const Page& page = pages_.at(place);
    if (page.claimed != 0 || page.kind == static_cast<std::uint64_t>(PageKind::kNone)) continue;
    if (pages++ == 0) first = page.offset;
  }
  if (pages > 0) {
    report("parquet.unclaimed",
           std::to_string(pages) + " pages belong to no column, so that no reader of the table sees them", first);
  }
}

}  // namespace scalper::parquet
