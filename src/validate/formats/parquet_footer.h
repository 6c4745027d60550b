#pragma once
// The metadata at the end of a Parquet file, held against itself and against the pages that were met on the way to it.
// Codes: parquet.*, limit.columns, table.header. Source: apache/parquet-format, parquet.thrift and README.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/checker.h"
#include "validate/formats/parquet_page.h"
#include "validate/formats/parquet_schema.h"
#include "validate/formats/thrift.h"

namespace scalper::parquet {

// What passed before the footer.
struct Walk {
  std::uint64_t end = 0;  // where pages were followed to: there is none behind
  bool full = false;      // it ended since no more of them can be remembered
};

// Belongs to one thread. All that it is given outlives it.
class Footer {
 public:
  // `text`: the metadata, which begins at byte `at` of the file.
  Footer(const Layer& layer, PageList& pages, Walk walk, std::string_view text, std::uint64_t at);

  // Once.
  void check();

 private:
  struct Range {
    std::optional<std::int64_t> at;
    std::optional<std::int64_t> size;
  };
  // One column of one row group.
  struct Chunk {
    std::uint64_t at = 0;  // of its metadata in the file
    bool elsewhere = false;
    bool described = false;
    bool encrypted = false;
    bool known_encoding = true;
    std::int32_t physical = -1;
    std::int32_t codec = -1;
    std::int64_t values = -1;
    std::int64_t stored = -1;
    std::int64_t data_at = -1;
    std::optional<std::int64_t> dictionary_at;
    Range offset_index, column_index, bloom;
    std::vector<std::string_view> path;
  };
  // What the pages of a chunk came to.
  struct Sum {
    std::uint64_t values = 0;
    std::uint64_t rows = 0;
    bool rows_known = true;  // all pages say how many they have
    bool begun = false;      // a page with values is where the footer says that the first one is
  };

  [[nodiscard]] bool read_whole();
  void read_groups();
  void read_group(thrift::Reader& reader);
  [[nodiscard]] std::int64_t rows_of(thrift::Reader reader) const;
  void read_chunk(thrift::Reader& reader, Chunk& chunk);
  void read_description(thrift::Reader& reader, Chunk& chunk);
  void check_chunk(const Chunk& chunk, std::uint32_t leaf, std::uint64_t rows);
  // Where its pages are; nothing: it was said why that cannot be known.
  [[nodiscard]] std::optional<std::uint64_t> begin_of(const Chunk& chunk, std::uint32_t leaf);
  void check_pages(const Chunk& chunk, std::uint32_t leaf, std::uint64_t begin, std::uint64_t end, std::uint64_t rows);
  [[nodiscard]] bool check_page(std::size_t place, const Chunk& chunk, std::uint32_t leaf, std::uint64_t begin,
                                Sum& sum);
  [[nodiscard]] bool is_behind_walk(std::uint64_t begin, std::uint64_t end, std::uint32_t leaf);
  void check_sums(const Chunk& chunk, std::uint32_t leaf, const Sum& sum, std::uint64_t begin, std::uint64_t rows);
  void check_range(const Range& range, std::string_view what, const Chunk& chunk, std::uint32_t leaf);
  void check_rows();
  void check_unclaimed();
  void check_contract();

  void report(std::string_view code, const std::string& message, std::uint64_t byte);
  void report(std::string_view code, const std::string& message, std::uint64_t byte, std::uint32_t leaf);
  void broken(const thrift::Reader& reader, std::uint64_t at);

  const Layer& layer_;
  PageList& pages_;
  Walk walk_;
  std::string_view text_;
  std::uint64_t at_;
  Schema schema_;
  std::int64_t rows_ = -1;
  std::uint64_t group_rows_ = 0;
  std::size_t groups_ = 0;
  std::size_t groups_at_ = 0;  // in text_
  bool signed_ = false;        // a signature follows the metadata
  bool gap_said_ = false;
  bool unclaimed_matter_ = true;
};

}  // namespace scalper::parquet
