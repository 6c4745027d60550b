#pragma once
// The headers that stand before pages and before Bloom filters in a Parquet file, and the list of the pages that were
// met, 16 bytes a page. Source: apache/parquet-format, parquet.thrift (PageHeader, BloomFilterHeader).

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "validate/formats/reservation.h"
#include "validate/formats/thrift.h"

namespace scalper::parquet {

enum class PageKind : std::uint8_t {
  kData,
  kIndex,
  kDictionary,
  kDataV2,
  kNone,  // here what was walked ends, or something else than a page begins
};

struct PageHeader {
  PageKind kind = PageKind::kNone;
  std::uint32_t stored = 0;          // bytes that follow the header
  std::uint32_t size = 0;            // decompressed
  std::optional<std::uint32_t> crc;  // CRC-32 of what follows
  std::uint32_t values = 0;
  std::uint32_t rows = 0;  // of kDataV2
  bool known_encoding = true;
  std::size_t bytes = 0;  // of the header
};

// kShort: it may go on. kBad: no page header begins here.
[[nodiscard]] thrift::State read_page_header(std::string_view bytes, PageHeader& header);

// A Bloom filter's header and the size of what follows it.
struct BloomHeader {
  std::uint64_t stored = 0;
  std::size_t bytes = 0;
};
[[nodiscard]] thrift::State read_bloom_header(std::string_view bytes, BloomHeader& header);

// As the file's metadata has it as well.
[[nodiscard]] bool is_encoding(std::int32_t encoding);

struct Page {
  std::uint64_t offset : 48;  // of its header; it ends where the next one begins
  std::uint64_t kind : 3;
  std::uint64_t crc_differs : 1;
  std::uint64_t known_encoding : 1;
  std::uint64_t same_size : 1;  // stored and decompressed
  std::uint64_t claimed : 1;    // a column chunk has it
  std::uint32_t values;
  std::uint32_t rows;
};
static_assert(sizeof(Page) == 16);

// In the order of the file. Takes its memory from the budget as it grows. Belongs to one thread.
class PageList {
 public:
  static constexpr std::size_t kMost = std::size_t{256} << 10U;
  static constexpr std::uint64_t kMostOffset = (std::uint64_t{1} << 48U) - 1;

  // `budget` outlives it.
  explicit PageList(Budget& budget) : budget_(budget) {}

  // False: there is no room for another one, for good.
  [[nodiscard]] bool add(std::uint64_t offset, const PageHeader& header);
  void set_crc_differs() { at(size_ - 1).crc_differs = 1; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Page& at(std::size_t place) { return blocks_[place / kBlock][place % kBlock]; }
  // The place of the last page that begins at `offset` or before; size() if there is none.
  [[nodiscard]] std::size_t find(std::uint64_t offset);

 private:
  static constexpr std::size_t kBlock = 1024;

  Budget& budget_;
  std::vector<std::unique_ptr<Page[]>> blocks_;
  std::vector<std::unique_ptr<Reservation>> held_;
  std::size_t size_ = 0;
};

}  // namespace scalper::parquet
