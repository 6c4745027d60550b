#pragma once
// What a zip archive is a container of, by its members: office documents, books, programs.
//
// Sources: ECMA-376 part 2 ([Content_Types].xml), OpenDocument 1.3 part 2, 3.3 and EPUB OCF 3.3, 4.3 (a first member
// `mimetype` that holds the media type), JAR File Specification.

#include <cstddef>
#include <string>
#include <string_view>

#include "validate/detect/types.h"

namespace scalper {

class ContainerLook {
 public:
  static constexpr std::size_t kMostMimetype = 128;

  // The archive's next member.
  void member(std::string_view name);
  // Whether the content of the last member is wanted, and then its beginning, in any pieces.
  [[nodiscard]] bool wants_content() const { return in_mimetype_; }
  void content(std::string_view piece);
  // The archive was walked to its end and all of it was as it should be: what it does not have, it has not.
  void end() { whole_ = true; }
  [[nodiscard]] bool whole() const { return whole_; }
  // It holds macros of an office program.
  [[nodiscard]] bool macros() const { return macros_; }
  // Null: a plain archive, as far as is known.
  [[nodiscard]] const ContentType* type() const;

 private:
  std::size_t members_ = 0;
  bool in_mimetype_ = false;
  bool whole_ = false;
  bool macros_ = false;
  bool parts_ = false;  // [Content_Types].xml
  bool word_ = false;
  bool excel_ = false;
  bool powerpoint_ = false;
  bool manifest_ = false;  // of Java
  bool android_ = false;
  std::string mimetype_;
};

// Whether a name of this type stands for what ContainerLook can tell.
[[nodiscard]] bool is_known_container(const ContentType& type);

}  // namespace scalper
