#pragma once
// The content of one member of an archive, as a layer of its own inside the archive's: typed by its name and content
// and checked in place. Counts members against `archive.max_entries` over all archives within each other. Codes:
// archive.entries, and what the content's checker says, with the member's name at the end of the path.

#include <cstdint>
#include <optional>
#include <string>

#include "validate/content.h"

namespace scalper {

class ArchiveMember {
 public:
  // `outer` (the archive's layer) outlives it.
  explicit ArchiveMember(const Layer& outer);

  // Counts one more member whose header is at `at` of the archive. False: there are too many (said), and the archive is
  // to be looked at no further.
  [[nodiscard]] bool count(std::uint64_t at);
  // The member's content begins. `size`: where it is known before.
  void open(std::string name, std::uint64_t at, std::optional<std::uint64_t> size);
  void feed(Bytes bytes);
  // It is whole.
  void finish();
  // It is damaged: how it would have ended is not judged.
  void drop() { content_.reset(); }
  // Some limit on all archives of the file is broken and was told: nothing more is looked at.
  [[nodiscard]] bool over() const;

 private:
  const Layer& outer_;
  Layer layer_;
  std::uint64_t at_ = 0;
  std::optional<Content> content_;
};

}  // namespace scalper
