#pragma once
// Apache Parquet: the marks at both ends, every page header on the way, checksums of pages where they are stated, and
// the metadata at the end held against all of it. Values inside of pages are not decoded. Codes: parquet.*,
// limit.memory, limit.columns, table.header.
//
// The pages are followed from the first one on while the bytes pass: what begins behind something that is not followed
// here is parquet.gap. Encrypted columns and footers are parquet.encrypted. The metadata may have up to kMostFooter
// bytes. Source: apache/parquet-format, README, Encryption.md, BloomFilter.md, PageIndex.md.

#include <cstddef>
#include <memory>

#include "validate/checker.h"

namespace scalper {

namespace parquet {
inline constexpr std::size_t kMostFooter = std::size_t{2} << 20U;
inline constexpr std::size_t kMostPageHeader = std::size_t{64} << 10U;
}  // namespace parquet

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_parquet_checker(const Layer& layer);

}  // namespace scalper
