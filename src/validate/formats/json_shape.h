#pragma once
// Objects of a feed look alike. A shape is the list of distinct names that the last object at some depth had; as long
// as the names of the next object are met in it in the same order, none of them can stand twice, and nothing has to be
// hashed.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "validate/formats/json_key_hash.h"
#include "validate/formats/json_key_sets.h"

namespace scalper {

class JsonShape {
 public:
  static constexpr std::size_t kMostNames = 64;
  static constexpr std::size_t kMostText = 2048;  // bytes of all names

  JsonShape() { text_.reserve(kMostText); }

  void begin_object() {
    seen_ = 0;
    next_ = 0;
    matching_ = true;
  }
  // Whether all names of the object so far were met.
  [[nodiscard]] bool matching() const { return matching_; }
  // Meets a name: its copy in here, valid until the object ends or leave() is called. Null data: it was not met.
  std::string_view meet(std::string_view name);
  // A name was not met: the names met so far become the shape and go into the innermost set, by hashes from now on.
  void leave(JsonKeySets& sets);
  // After leave(): adds a name that is new to the object. Its copy in here, null data where there is no room.
  std::string_view append(std::string_view name, const KeyHash& hash);

 private:
  static constexpr std::size_t kLookAhead = 4;  // names that an object may leave out at one place

  [[nodiscard]] std::string_view name(std::size_t at) const {
    return std::string_view(text_).substr(begins_[at], begins_[at + 1] - begins_[at]);
  }

  std::string text_;
  std::array<std::uint32_t, kMostNames + 1> begins_{};
  std::array<KeyHash, kMostNames> hashes_{};
  std::size_t count_ = 0;
  std::size_t next_ = 0;    // behind the name that was met last
  std::uint64_t seen_ = 0;  // which names were met
  bool matching_ = true;
};

}  // namespace scalper
