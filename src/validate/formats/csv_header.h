#pragma once
// The names of a CSV file's columns: what messages need, and which of them are empty or stand twice.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/json_key_hash.h"
#include "validate/formats/json_key_sets.h"

namespace scalper {

class CsvHeader {
 public:
  static constexpr std::size_t kNamesKept = 4096;  // columns
  static constexpr std::size_t kNameKept = 128;    // bytes of each

  enum class Answer : std::uint8_t { kMore, kNew, kEmpty, kDuplicate, kTooMany };

  CsvHeader() { names_seen_.open(); }

  // The next cell, perhaps in pieces: kMore until the last one.
  Answer add(std::string_view text, bool more);
  // Of a column counted from 0; nothing if it is not kept.
  [[nodiscard]] std::optional<std::string> name(std::uint64_t column) const;

 private:
  std::vector<std::string> names_;
  KeyHasher hasher_;
  JsonKeySets names_seen_;
  bool goes_on_ = false;
  std::string current_;
};

}  // namespace scalper
