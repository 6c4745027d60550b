#pragma once
// What JSON values have in common, place by place: types, members, elements. Bounded in depth and in places; beyond the
// bounds nothing is known of a place, and nothing will be demanded there.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "validate/checker.h"
#include "validate/learn/value_notes.h"

namespace scalper::learn {

inline constexpr std::size_t kMostPlaces = 2000;
inline constexpr std::size_t kMostMembers = 200;  // of one object; with more, their names are values
inline constexpr std::size_t kMostPlaceDepth = 32;
inline constexpr std::size_t kLongestMemberName = 128;

// The values that stand at one place.
struct JsonPlace {
  std::uint64_t nulls = 0;
  std::uint64_t flags = 0;
  std::uint64_t whole = 0;  // numbers without a fraction, as they are written
  std::uint64_t fractions = 0;
  std::uint64_t strings = 0;
  std::uint64_t arrays = 0;
  std::uint64_t objects = 0;
  TextNotes texts;
  NumberNotes numbers;

  std::map<std::string, std::unique_ptr<JsonPlace>, std::less<>> members;
  bool many_members = false;
  std::unique_ptr<JsonPlace> elements;  // of arrays, all of them

  std::uint64_t in_objects = 0;   // of a member: how many objects have it
  std::uint64_t last_object = 0;  // the one that has it was counted already
};

// All values of all samples.
struct JsonNotes {
  JsonPlace root;
  std::size_t places = 1;
  std::uint64_t objects = 0;  // numbers them
  [[nodiscard]] bool any() const {
    return root.nulls + root.flags + root.whole + root.fractions + root.strings + root.arrays + root.objects > 0;
  }
};

// Learns one document, or one on each line, into `notes`, which outlives it. `mark`: becomes true of a byte order mark.
[[nodiscard]] std::unique_ptr<Checker> make_json_learner(JsonNotes& notes, bool& mark, bool lines);

}  // namespace scalper::learn
