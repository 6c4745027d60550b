#pragma once
// Objects of a feed look alike. A shape is the list of distinct names that the last object at some depth had; as long
// as the names of the next object are met in it in the same order, none of them can stand twice, and nothing has to be
// hashed.

#include <array>
#include <cstdint>
#include <cstring>
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
  std::string_view meet(std::string_view met) {
    if (next_ == count_) return {};
    // Most often the next one.
    const char* const known = text_.data() + begins_[next_];
    const std::size_t size = begins_[next_ + 1] - begins_[next_];
    if (size != met.size() || !same(known, met.data(), size)) return meet_later(met);
    seen_ |= std::uint64_t{1} << next_;
    ++next_;
    return {known, size};
  }
  // The same for names as they stand in a text, between quotes, many one behind the other. Gone with the next call of
  // anything else; end() notes what was met.
  class Meeting {
   public:
    explicit Meeting(JsonShape& shape)
        : shape_(shape),
          known_(shape.text_.data()),
          next_(shape.next_),
          count_(shape.matching_ && !shape.escapes_ ? shape.count_ : shape.next_),
          seen_(shape.seen_) {}
    // `text` is behind the first quote, the second is before `behind`. Only whether it is the next one.
    [[gnu::always_inline]] bool meets(const char* text, const char* behind) {
      if (next_ == count_) return false;
      const char* const known = known_ + shape_.begins_[next_];
      const std::size_t size = shape_.begins_[next_ + 1] - shape_.begins_[next_];
      if (static_cast<std::size_t>(behind - text) <= size || text[size] != '"' || !same(known, text, size))
        return false;
      seen_ |= std::uint64_t{1} << next_;
      ++next_;
      return true;
    }
    void end() const {
      shape_.next_ = next_;
      shape_.seen_ = seen_;
    }

   private:
    JsonShape& shape_;
    const char* known_;
    std::size_t next_;
    std::size_t count_;
    std::uint64_t seen_;
  };
  // The name that was met last; null data if none was.
  [[nodiscard]] std::string_view last() const { return next_ == 0 ? std::string_view() : name(next_ - 1); }
  // A name was not met: the names met so far become the shape and go into the innermost set, by hashes from now on.
  void leave(JsonKeySets& sets);
  // After leave(): adds a name that is new to the object. Its copy in here, null data where there is no room.
  std::string_view append(std::string_view name, const KeyHash& hash);

 private:
  static constexpr std::size_t kLookAhead = 4;  // names that an object may leave out at one place

  template <class Word>
  static bool same_word(const char* a, const char* b) {
    Word x = 0;
    Word y = 0;
    std::memcpy(&x, a, sizeof x);
    std::memcpy(&y, b, sizeof y);
    return x == y;
  }
  // Names are short: two words that overlap instead of a call.
  static bool same(const char* a, const char* b, std::size_t size) {
    if (size > 16) return std::memcmp(a, b, size) == 0;
    if (size >= 8) return same_word<std::uint64_t>(a, b) && same_word<std::uint64_t>(a + size - 8, b + size - 8);
    if (size >= 4) return same_word<std::uint32_t>(a, b) && same_word<std::uint32_t>(a + size - 4, b + size - 4);
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
  }
  // Behind the next one.
  std::string_view meet_later(std::string_view met);
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
  bool escapes_ = false;  // a name has a character that no text holds as it is
};

}  // namespace scalper
