#pragma once
// The keys of all objects that are open at once, 16 bytes a key. Only the innermost object takes keys, so that all of
// them lie one behind the other.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "validate/formats/json_key_hash.h"

namespace scalper {

class JsonKeySets {
 public:
  static constexpr std::size_t kMostKeys = (std::size_t{2} << 20U) / sizeof(KeyHash);

  enum class Answer : std::uint8_t {
    kNew,
    kDuplicate,
    kFull,  // kMostKeys are held; this one is not
  };

  void open() { ++depth_; }
  void close() {
    if (!sets_.empty() && sets_.back().depth == depth_) drop();
    --depth_;
  }
  // Adds a key to the innermost open object. There is one.
  [[nodiscard]] Answer add(const KeyHash& key);
  void clear();

 private:
  // Of an object that has keys here.
  struct Set {
    std::size_t depth = 0;  // of the object: 1 is the outermost
    std::size_t keys = 0;   // where its keys begin
    std::size_t slots = 0;  // where its slots begin
    std::size_t mask = 0;   // number of slots - 1; 0 = none yet, a few keys are looked through one by one
  };
  static constexpr std::size_t kFew = 16;

  [[nodiscard]] std::uint32_t& slot_of(const Set& set, const KeyHash& key);
  void grow(Set& set);
  void drop();

  std::size_t depth_ = 0;
  std::vector<Set> sets_;
  std::vector<KeyHash> keys_;
  std::vector<std::uint32_t> slots_;  // open addressing; 0 = empty, else the key's place in its set + 1
};

}  // namespace scalper
