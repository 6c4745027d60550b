#pragma once
// Where a JSON tokenizer is, as a JSON Pointer (RFC 6901).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/json_tokenizer.h"

namespace scalper {

// Told of containers and names. Keeps the names of the open members, kLongest bytes in all.
class JsonPointer {
 public:
  static constexpr std::size_t kLongest = 1024;

  void open() {
    if (depth_ == levels_.size()) grow();
    Level& level = levels_[depth_++];
    level.begin = end_;
    level.name = {};
    level.complete = false;
  }
  void close() { end_ = levels_[--depth_].begin; }
  // The name of the member that begins; kept here.
  void name(std::string_view text);
  // The same for a text that lives as long as the member.
  void lasting_name(std::string_view text) {
    Level& level = levels_[depth_ - 1];
    level.name = text;
    level.complete = true;
  }
  // The name that was told last is the beginning of one that is too long to keep.
  void drop_name() { levels_[depth_ - 1].complete = false; }

  // Of the member whose name, or of the element whose value, was delivered last. Nothing where the names on the way are
  // longer than kLongest.
  [[nodiscard]] std::optional<std::string> text(const JsonTokenizer& tokenizer) const {
    return text(tokenizer, depth_);
  }
  // The same, of what lies within the first `containers` of those that are open.
  [[nodiscard]] std::optional<std::string> text(const JsonTokenizer& tokenizer, std::size_t containers) const;
  void clear();

 private:
  void grow();

  struct Level {
    std::size_t begin = 0;  // where its name may begin in names_
    std::string_view name;
    bool complete = false;
  };

  std::vector<Level> levels_;  // the first depth_ are open
  std::size_t depth_ = 0;
  std::array<char, kLongest> names_{};
  std::size_t end_ = 0;  // of the names in names_
};

}  // namespace scalper
