#pragma once
// What a caller may do.

#include <cstdint>
#include <optional>
#include <string_view>

namespace scalper {

enum class Role : std::uint8_t {
  kNone,      // nobody has said who calls: health, and of that no more than how it stands
  kViewer,    // looks at records
  kUploader,  // sends files below its prefixes and looks at those
  kOperator,  // everything; the owner of the data folder is one, over the Unix socket or in the same process
};

[[nodiscard]] constexpr std::string_view to_string(Role role) {
  switch (role) {
    case Role::kNone: return "none";
    case Role::kViewer: return "viewer";
    case Role::kUploader: return "uploader";
    case Role::kOperator: return "operator";
  }
  return "none";
}

// One that can be given: "viewer", "uploader" or "operator"; nullopt for any other word.
[[nodiscard]] constexpr std::optional<Role> role_of(std::string_view word) {
  for (const Role role : {Role::kViewer, Role::kUploader, Role::kOperator})
    if (word == to_string(role)) return role;
  return std::nullopt;
}

}  // namespace scalper
