#include "validate/formats/parquet_page.h"

namespace scalper::parquet {
namespace {

using thrift::Field;
using thrift::Reader;
using thrift::State;

constexpr std::int64_t kMostBloomBytes = std::int64_t{128} << 20U;

// A number that may not be below zero.
std::uint32_t count(Reader& reader, const Field& field) {
  const std::int32_t value = reader.i32(field);
  if (value < 0) reader.refuse();
  return value < 0 ? 0 : static_cast<std::uint32_t>(value);
}

void encoding(Reader& reader, const Field& field, PageHeader& header) {
  header.known_encoding = is_encoding(reader.i32(field)) && header.known_encoding;
}

void demand(Reader& reader, unsigned seen, unsigned wanted) {
  if (reader.good() && (seen & wanted) != wanted) reader.refuse();
}

unsigned bit(std::int16_t id) { return id >= 0 && id < 16 ? 1U << static_cast<unsigned>(id) : 0; }

// DataPageHeader and DictionaryPageHeader begin alike.
void read_plain(Reader& reader, PageHeader& header, bool data) {
  unsigned seen = 0;
  Field field;
  while (reader.next(field)) {
    seen |= bit(field.id);
    if (field.id == 1) {
      header.values = count(reader, field);
    } else if (field.id == 2 || (data && (field.id == 3 || field.id == 4))) {
      encoding(reader, field, header);
    } else {
      reader.skip(field);
    }
  }
  demand(reader, seen, data ? bit(1) | bit(2) | bit(3) | bit(4) : bit(1) | bit(2));
}

void read_v2(Reader& reader, PageHeader& header) {
  unsigned seen = 0;
  std::uint64_t levels = 0;
  std::uint32_t nulls = 0;
  Field field;
  while (reader.next(field)) {
    seen |= bit(field.id);
    switch (field.id) {
      case 1: header.values = count(reader, field); break;
      case 2: nulls = count(reader, field); break;
      case 3: header.rows = count(reader, field); break;
      case 4: encoding(reader, field, header); break;
      case 5:
      case 6: levels += count(reader, field); break;
      default: reader.skip(field);
    }
  }
  demand(reader, seen, bit(1) | bit(2) | bit(3) | bit(4) | bit(5) | bit(6));
  if (reader.good() && (nulls > header.values || header.rows > header.values || levels > header.stored)) {
    reader.refuse();
  }
}

void read_kind(Reader& reader, const Field& field, PageHeader& header) {
  const std::int32_t kind = reader.i32(field);
  if (kind < 0 || kind > static_cast<std::int32_t>(PageKind::kDataV2)) return reader.refuse();
  header.kind = static_cast<PageKind>(kind);
}

std::int16_t id_of(PageKind kind) {
  switch (kind) {
    case PageKind::kData: return 5;
    case PageKind::kIndex: return 6;
    case PageKind::kDictionary: return 7;
    default: return 8;
  }
}

void read_inner(Reader& reader, const Field& field, PageHeader& header) {
  reader.open(field);
  if (field.id != id_of(header.kind)) return reader.refuse();
  if (header.kind == PageKind::kDataV2) return read_v2(reader, header);
  if (header.kind != PageKind::kIndex) return read_plain(reader, header, header.kind == PageKind::kData);
  reader.skip(field);
}

// A union of which one empty struct is known.
void read_only_choice(Reader& reader, const Field& outer) {
  reader.open(outer);
  Field field;
  if (!reader.next(field) || field.id != 1) return reader.refuse();
  reader.skip(field);
  if (reader.next(field)) reader.refuse();
}

}  // namespace

bool is_encoding(std::int32_t encoding) { return encoding == 0 || (encoding >= 2 && encoding <= 9); }

State read_page_header(std::string_view bytes, PageHeader& header) {
  Reader reader(bytes);
  header = {};
  unsigned seen = 0;
  bool inner = false;
  Field field;
  while (reader.next(field)) {
    if (field.id < 1 || (seen & bit(field.id)) != 0) reader.refuse();
    seen |= bit(field.id);
    switch (field.id) {
      case 1: read_kind(reader, field, header); break;
      case 2: header.size = count(reader, field); break;
      case 3: header.stored = count(reader, field); break;
      case 4: header.crc = static_cast<std::uint32_t>(reader.i32(field)); break;
      case 5:
      case 6:
      case 7:
      case 8:
        inner = true;
        demand(reader, seen, bit(1) | bit(2) | bit(3));
        read_inner(reader, field, header);
        break;
      default: reader.skip(field);
    }
  }
  demand(reader, seen, bit(1) | bit(2) | bit(3));
  if (reader.good() && !inner) reader.refuse();
  header.bytes = reader.at();
  return reader.state();
}

State read_bloom_header(std::string_view bytes, BloomHeader& header) {
  Reader reader(bytes);
  std::int16_t last = 0;
  Field field;
  while (reader.next(field)) {
    if (field.id != last + 1 || field.id > 4) reader.refuse();
    last = field.id;
    if (field.id == 1) {
      const std::int32_t size = reader.i32(field);
      if (size <= 0 || size > kMostBloomBytes) reader.refuse();
      header.stored = static_cast<std::uint32_t>(size);
    } else if (reader.good()) {
      read_only_choice(reader, field);
    }
  }
  if (reader.good() && last != 4) reader.refuse();
  header.bytes = reader.at();
  return reader.state();
}

bool PageList::add(std::uint64_t offset, const PageHeader& header) {
  if (size_ == kMost || offset > kMostOffset) return false;
  if (size_ == blocks_.size() * kBlock) {
    auto held = std::make_unique<Reservation>(budget_, kBlock * sizeof(Page));
    if (!held->granted()) return false;
    held_.push_back(std::move(held));
    blocks_.push_back(std::make_unique<Page[]>(kBlock));
  }
  Page& page = at(size_++);
  page.offset = offset & kMostOffset;
  page.kind = static_cast<unsigned>(header.kind) & 7U;
  page.known_encoding = header.known_encoding ? 1 : 0;
  page.same_size = header.stored == header.size ? 1 : 0;
  page.values = header.values;
  page.rows = header.rows;
  return true;
}

std::size_t PageList::find(std::uint64_t offset) {
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (at(middle).offset <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? size_ : low - 1;
}

}  // namespace scalper::parquet
