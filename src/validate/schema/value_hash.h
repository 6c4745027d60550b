#pragma once
// JSON values by a 128-bit hash under a secret of the process (SipHash-2-4 with 128 bits of result, Aumasson and
// Bernstein 2012): the same for equal values, however they are written - 1.0 and 1, members in any order, any escape.
// Equality of hashes counts as equality.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "validate/formats/json_key_hash.h"
#include "validate/schema/decimal.h"
#include "validate/schema/schema_tree.h"

namespace scalper::schema {

using ValueHash = KeyHash;

// Bytes in any pieces. Used once.
class SipHasher {
 public:
  explicit SipHasher(char tag);

  void add(std::string_view piece);
  void add(const ValueHash& hash);
  [[nodiscard]] ValueHash finish();

 private:
  void word(std::uint64_t value);
  void rounds(int count);

  std::array<std::uint64_t, 4> v_{};
  std::array<char, 8> partial_{};
  std::size_t partial_size_ = 0;
  std::uint64_t length_ = 0;
};

// Of null, true and false by their first letter.
[[nodiscard]] ValueHash hash_of_word(char word);
[[nodiscard]] ValueHash hash_of_number(const Decimal& number);
[[nodiscard]] ValueHash hash_of_string(std::string_view text);
// For texts that come in pieces.
[[nodiscard]] SipHasher string_hasher();

// An array or object whose parts are told one after the other.
class ContainerHash {
 public:
  explicit ContainerHash(bool object) : object_(object), elements_('a') {}
  void element(const ValueHash& value) { elements_.add(value); }
  // In any order.
  void member(const ValueHash& name, const ValueHash& value);
  [[nodiscard]] ValueHash finish();

 private:
  bool object_;
  SipHasher elements_;
  ValueHash sum_;
  std::uint64_t members_ = 0;
};

// Of a value of a schema; nothing where a number is out of what Decimal holds.
[[nodiscard]] std::optional<ValueHash> hash_of(const TreeNode& value);

}  // namespace scalper::schema
