#pragma once
// TOML 1.0 documents. Tables may be named again to their end, so a document is held, up to kMostTomlDocument; a longer
// one is limit.memory, as is one with more than kMostTomlKeys keys and tables. Codes: toml.*, encoding.utf8, text.bom,
// limit.depth, limit.memory. After the first fault of the grammar nothing is read; tables and keys that stand twice do
// not end it. Source: toml.io/en/v1.0.0 and its ABNF.

#include <cstddef>
#include <memory>

#include "validate/checker.h"

namespace scalper {

inline constexpr std::size_t kMostTomlDocument = std::size_t{1} << 20U;
inline constexpr std::size_t kMostTomlKeys = std::size_t{32} << 10U;
inline constexpr std::size_t kMostTomlParts = 1000;  // of one key
inline constexpr std::size_t kMostTomlDepth = 200;   // of arrays and inline tables

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_toml_checker(const Layer& layer);

}  // namespace scalper
