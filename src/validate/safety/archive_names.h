#pragma once
// What names of members can do to whoever unpacks an archive: leave the folder, overwrite each other, name devices. A
// name is bytes between '/'. Codes: archive.name (error), archive.name_clash (error), archive.name_encoding,
// archive.name_windows (warnings), limit.memory.
//
// Sources: PKWARE APPNOTE 6.3.10, 4.4.17 and appendix D; POSIX pax; Microsoft, "Naming Files, Paths, and Namespaces";
// Unicode 15, 3.13 (canonical caseless matching).

#include <cstdint>
#include <string>
#include <string_view>

#include "validate/checker.h"
#include "validate/safety/name_set.h"

namespace scalper {

inline constexpr std::size_t kMostNameBytes = 4096;  // PATH_MAX of Linux; longer names are refused

// What the archive says of a name's encoding.
enum class NameText : std::uint8_t {
  kUnstated,
  kUtf8,
};

// One name on its way out of the archive, as a message shows it: quoted, escaped, at most 60 characters.
[[nodiscard]] std::string shown_name(std::string_view name);

// Whether a link of this name that leads to `target` leaves the folder into which the archive is unpacked.
[[nodiscard]] bool link_leaves(std::string_view name, std::string_view target);

// What two names of one file have in common on systems that do not tell cases, compositions of characters, or dots and
// blanks at the end apart: without "." and empty segments, each NFC(casefold(NFD())). Bytes that are no UTF-8 fold only
// in ASCII.
[[nodiscard]] std::string folded_name(std::string_view name);

// Judges the names of one archive. `layer` (the archive's) outlives it.
class ArchiveNames {
 public:
  explicit ArchiveNames(const Layer& layer) : layer_(layer), seen_(*layer.budget), links_(*layer.budget) {}

  // A member's name, in the order of the archive, at `at` of the archive's layer. False: no memory is left to remember
  // it (said), and names that follow cannot be judged.
  [[nodiscard]] bool judge(std::string_view name, NameText text, bool directory, std::uint64_t at);
  // Another name that readers may know a member by.
  [[nodiscard]] bool judge_other(std::string_view name, bool directory, std::uint64_t at);
  // Whether a name that was judged, of no folder, is this one or folds to the same.
  [[nodiscard]] bool knows(std::string_view name) const;
  // Names of links: what a hard link to one of them leads to is told by where that one lies.
  void remember_link(std::string_view name);
  [[nodiscard]] bool is_link(std::string_view name) const;

 private:
  void look_alone(std::string_view name, NameText text, std::uint64_t at) const;
  [[nodiscard]] bool remember(std::string_view name, bool directory, std::uint64_t at);

  const Layer& layer_;
  NameSet seen_;
  NameSet links_;
};

}  // namespace scalper
