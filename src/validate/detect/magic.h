#pragma once
// Types by the marks at the beginning of their content.

#include <cstddef>
#include <string_view>

#include "validate/detect/types.h"

namespace scalper {

// How much of a file's beginning detection looks at. One that is shorter is looked at whole.
inline constexpr std::size_t kHeadBytes = 4096;

// The type whose mark `head` has; null if it has none. `head`: the first kHeadBytes, or all there is. The longest mark
// wins. Scripts need "#!" and an absolute path; markup is recognised only by what no other text begins with.
[[nodiscard]] const ContentType* type_by_mark(std::string_view head);
// Another type whose mark `head` has as well: one at the very beginning and one far behind it, where tar and DICOM have
// theirs. Null: `type` alone.
[[nodiscard]] const ContentType* second_type_by_mark(std::string_view head, const ContentType& type);

}  // namespace scalper
