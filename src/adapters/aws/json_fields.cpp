#include "adapters/aws/json_fields.h"

#include <boost/json.hpp>

namespace scalper::aws {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view name) { return std::string(view_in(object, name)); }

std::string_view view_in(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array& list_in(const json::object& object, std::string_view name) {
  static const json::array none;
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

}  // namespace scalper::aws
