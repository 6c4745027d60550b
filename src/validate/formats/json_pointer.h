#pragma once
// Where a JSON tokenizer is, as a JSON Pointer (RFC 6901).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/json_tokenizer.h"

namespace scalper {

// Fed with the events of one tokenizer. Keeps the names of the open members, kLongest bytes in all.
class JsonPointer {
 public:
  static constexpr std::size_t kLongest = 1024;

  // Containers and keys; others may be left out.
  void on_event(JsonKind kind, std::string_view text, bool more);
  // Of the member whose name, or of the element whose value, was delivered last. Nothing where the names on the way are
  // longer than kLongest.
  [[nodiscard]] std::optional<std::string> text(const JsonTokenizer& tokenizer) const;
  void clear();

 private:
  struct Level {
    std::size_t name = 0;   // where its name begins in names_
    bool complete = false;  // a name is there, and whole
  };

  std::vector<Level> levels_;
  std::string names_;
  bool goes_on_ = false;  // the last name came in a piece that has a successor
};

}  // namespace scalper
