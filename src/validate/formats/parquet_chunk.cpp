// One column of one row group: its description against the schema, and its pages against both.
#include <algorithm>

#include "validate/formats/parquet_footer.h"

namespace scalper::parquet {
namespace {

constexpr std::uint64_t kMarkBytes = 4;
constexpr std::int32_t kMostCodec = 7;  // LZ4_RAW
constexpr std::int32_t kUncompressed = 0;

std::string at_byte(std::uint64_t byte) { return "byte " + std::to_string(byte); }

bool is_kind(const Page& page, PageKind kind) { return page.kind == static_cast<std::uint64_t>(kind); }
bool is_data(const Page& page) { return is_kind(page, PageKind::kData) || is_kind(page, PageKind::kDataV2); }

}  // namespace

void Footer::check_chunk(const Chunk& chunk, std::uint32_t leaf, std::uint64_t rows) {
  check_range(chunk.offset_index, "the offset index", chunk, leaf);
  check_range(chunk.column_index, "the column index", chunk, leaf);
  const auto begin = begin_of(chunk, leaf);
  if (!begin.has_value()) return;
  check_range(chunk.bloom, "the Bloom filter", chunk, leaf);
  const auto stored = static_cast<std::uint64_t>(chunk.stored);
  if (stored == 0) {
    if (chunk.values != 0 || rows != 0) report("parquet.page", "the column has values and no pages", chunk.at, leaf);
    return;
  }
  if (*begin < kMarkBytes || *begin > at_ || stored > at_ - *begin) {
    return report("parquet.column",
                  "the column's " + std::to_string(stored) + " bytes from " + at_byte(*begin) +
                      " on are not all between the mark at the beginning and the footer",
                  chunk.at, leaf);
  }
  if (chunk.codec < 0 || chunk.codec > kMostCodec || !chunk.known_encoding) {
    report("parquet.unsupported", "the column has a compression or an encoding that is not known here", chunk.at, leaf);
  }
  check_pages(chunk, leaf, *begin, *begin + stored, rows);
}

std::optional<std::uint64_t> Footer::begin_of(const Chunk& chunk, std::uint32_t leaf) {
  if (chunk.encrypted) {
    report("parquet.encrypted", "the column is encrypted: it cannot be checked without its key", chunk.at, leaf);
    return std::nullopt;
  }
  if (chunk.elsewhere) {
    report("parquet.external", "the column's values are in another file, which is not looked at", chunk.at, leaf);
    return std::nullopt;
  }
  if (!chunk.described) {
    report("parquet.column", "the row group does not say where the column is", chunk.at, leaf);
    return std::nullopt;
  }
  const Element& element = schema_.elements()[leaf];
  if (chunk.physical != static_cast<std::int32_t>(element.physical) || !schema_.is_path(leaf, chunk.path)) {
    report("parquet.column", "the row group has another column here, or of another type, than the schema", chunk.at,
           leaf);
    return std::nullopt;
  }
  const bool dictionary = chunk.dictionary_at.value_or(0) > 0;  // some writers say 0 for none
  if (dictionary && chunk.values > 0 && *chunk.dictionary_at >= chunk.data_at) {
    report("parquet.column", "the column's dictionary is said to be behind its first values", chunk.at, leaf);
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(dictionary ? *chunk.dictionary_at : chunk.data_at);
}

// Where the walk ended before the chunk did: there is no page, or nobody knows.
bool Footer::is_behind_walk(std::uint64_t begin, std::uint64_t end, std::uint32_t leaf) {
  if (end <= walk_.end) return false;
  unclaimed_matter_ = false;
  if (walk_.full) {
    if (!gap_said_) {
      report("limit.memory", "there are more pages than are remembered: those from here on were not checked",
             walk_.end);
    }
  } else if (begin <= walk_.end) {
    report("parquet.page", "here the column's next page has to begin, and this is no header of a page", walk_.end,
           leaf);
    return true;
  } else if (!gap_said_) {
    report("parquet.gap",
           "between the pages stands what is not followed here: the columns that begin behind it were not checked",
           walk_.end);
  }
  gap_said_ = true;
  return true;
}

void Footer::check_pages(const Chunk& chunk, std::uint32_t leaf, std::uint64_t begin, std::uint64_t end,
                         std::uint64_t rows) {
  if (is_behind_walk(begin, end, leaf)) return;
  std::size_t place = pages_.find(begin);
  if (place == pages_.size() || pages_.at(place).offset != begin) {
    return report("parquet.page", "the column is said to begin here, where no page begins", begin, leaf);
  }
  Sum sum;
  for (; place < pages_.size() && pages_.at(place).offset < end; ++place) {
    if (!check_page(place, chunk, leaf, begin, sum)) return;
  }
  const std::uint64_t reached = place < pages_.size() ? std::uint64_t{pages_.at(place).offset} : walk_.end;
  if (reached != end) {
    return report("parquet.page", "the column's pages end at " + at_byte(reached) + ", the footer says " + at_byte(end),
                  begin, leaf);
  }
  check_sums(chunk, leaf, sum, begin, rows);
}

bool Footer::check_page(std::size_t place, const Chunk& chunk, std::uint32_t leaf, std::uint64_t begin, Sum& sum) {
  Page& page = pages_.at(place);
  const bool first = page.offset == begin;
  const bool dictionary = is_kind(page, PageKind::kDictionary);
  const bool data_begins = page.offset == static_cast<std::uint64_t>(chunk.data_at);
  std::string_view fault;
  if (is_kind(page, PageKind::kNone)) fault = "here the column's pages end before the column does";
  if (page.claimed != 0) fault = "this page is in two columns";
  if (dictionary && !first) fault = "a dictionary stands behind the first page of its column";
  if (!dictionary && first && !data_begins) fault = "here the column's dictionary has to begin, and this page is none";
  if (data_begins && !first && !is_data(page)) fault = "here the column's values have to begin, and this page has none";
  if (chunk.codec == kUncompressed && page.same_size == 0 && fault.empty()) {
    fault = "the page says two sizes, and its column is not compressed";
  }
  page.claimed = 1;
  if (!fault.empty()) {
    report("parquet.page", std::string(fault), page.offset, leaf);
    return false;
  }
  if (page.crc_differs != 0) {
    report("parquet.checksum", "the page does not have the checksum that its header states", page.offset, leaf);
  }
  if (page.known_encoding == 0) {
    report("parquet.unsupported", "the page has an encoding that is not known here", page.offset, leaf);
  }
  if (!is_data(page)) return true;
  sum.begun = sum.begun || data_begins;
  sum.values += page.values;
  sum.rows += page.rows;
  sum.rows_known = sum.rows_known && is_kind(page, PageKind::kDataV2);
  return true;
}

void Footer::check_sums(const Chunk& chunk, std::uint32_t leaf, const Sum& sum, std::uint64_t begin,
                        std::uint64_t rows) {
  const auto values = static_cast<std::uint64_t>(chunk.values);
  const bool flat = schema_.elements()[leaf].levels == 0;
  if (!sum.begun && chunk.dictionary_at.value_or(0) > 0 && values > 0) {
    report("parquet.page", "the column's values are said to begin where no page begins", begin, leaf);
  } else if (sum.values != values) {
    report(
        "parquet.page",
        "the column's pages hold " + std::to_string(sum.values) + " values, the footer says " + std::to_string(values),
        begin, leaf);
  } else if (flat ? values != rows : values < rows) {
    report("parquet.rows",
           "the column has " + std::to_string(values) + " values, its row group " + std::to_string(rows) + " rows",
           begin, leaf);
  } else if (sum.rows_known && sum.rows != rows) {
    report("parquet.rows",
           "the column's pages hold " + std::to_string(sum.rows) + " rows, its row group " + std::to_string(rows),
           begin, leaf);
  }
}

void Footer::check_range(const Range& range, std::string_view what, const Chunk& chunk, std::uint32_t leaf) {
  if (range.at.value_or(0) == 0 && range.size.value_or(0) == 0) return;
  const std::int64_t size = range.size.value_or(1);  // older writers do not say that of Bloom filters
  const std::int64_t begin = range.at.value_or(0);
  const auto last = static_cast<std::int64_t>(at_);
  bool good = begin >= static_cast<std::int64_t>(kMarkBytes) && size > 0 && begin <= last && size <= last - begin;
  if (good) {
    const std::size_t place = pages_.find(static_cast<std::uint64_t>(begin));
    good = static_cast<std::uint64_t>(begin) >= walk_.end || place == pages_.size() ||
           is_kind(pages_.at(place), PageKind::kNone);
  }
  if (good) return;
  report("parquet.index",
         std::string(what) + " of the column is said to be where it cannot be: " + std::to_string(size) +
             " bytes from " + at_byte(static_cast<std::uint64_t>(std::max<std::int64_t>(begin, 0))) + " on",
         chunk.at, leaf);
}

}  // namespace scalper::parquet
