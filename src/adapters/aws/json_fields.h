#pragma once
// Members of what AWS hands us as JSON, read by their type: one of another type counts as one that is not there. For
// the adapters beside it and the hosts that read AWS's events; the JSON library stays in .cpp files.

#include <string>
#include <string_view>

namespace boost::json {
class array;
class object;
}  // namespace boost::json

namespace scalper::aws {

// A text, or an empty one: a copy, or as it stands in `object`, which outlives it.
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view name);
[[nodiscard]] std::string_view view_in(const boost::json::object& object, std::string_view name);
// An object, or null.
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& object, std::string_view name);
// A list, or an empty one.
[[nodiscard]] const boost::json::array& list_in(const boost::json::object& object, std::string_view name);

}  // namespace scalper::aws
