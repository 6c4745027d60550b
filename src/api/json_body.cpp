#include "api/json_body.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "api/unique_names.h"
#include "base/escape.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kChunk = 16384;

Error bad(std::string why) { return {ErrorCode::kInvalidArgument, std::move(why)}; }
Error wrong_type(std::string_view name, const char* wanted) {
  return bad("the member \"" + std::string(name) + "\" must be " + wanted);
}

}  // namespace

Result<std::string> read_body(const CallContext& context, ByteSource& body, std::size_t at_most) {
  std::string text;
  std::string chunk(kChunk, '\0');
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t got, body.read(context, std::as_writable_bytes(std::span(chunk))));
    if (got == 0) return text;
    if (text.size() + got > at_most) return bad("the body is longer than " + std::to_string(at_most) + " bytes");
    text.append(chunk, 0, got);
  }
}

Result<json::object> body_object(const CallContext& context, ByteSource& body,
                                 std::initializer_list<std::string_view> known, std::size_t at_most) {
  SCALPER_TRY_ASSIGN(const std::string text, read_body(context, body, at_most));
  if (text.empty()) return json::object{};
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  json::value value = json::parse(text, failed, {}, options);
  if (failed) return bad("the body is no JSON: " + failed.message());
  if (!value.is_object()) return bad("the body must be a JSON object");
  if (const auto name = repeated_name(text)) return bad("the body has a member twice: \"" + escape_text(*name) + "\"");
  for (const auto& member : value.get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), name) == known.end())
      return bad("the body has a member that is not known here: \"" + escape_text(name) + "\"");
  }
  return std::move(value.get_object());
}

Result<std::string> text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::string();
  if (!value->is_string()) return wrong_type(name, "a string");
  return std::string(value->get_string().data(), value->get_string().size());
}

Result<bool> flag_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return false;
  if (!value->is_bool()) return wrong_type(name, "true or false");
  return value->get_bool();
}

Result<std::uint64_t> count_member(const json::object& object, std::string_view name, std::uint64_t fallback) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return fallback;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::uint64_t>(value->get_int64());
  // JSON has one kind of number: 3.0 is the whole number 3, as long as a double holds it exactly (RFC 8259, 6).
  constexpr double kFirstInexact = 9007199254740992.0;
  if (value->is_double() && value->get_double() >= 0 && value->get_double() < kFirstInexact &&
      std::trunc(value->get_double()) == value->get_double())
    return static_cast<std::uint64_t>(value->get_double());
  return wrong_type(name, "a whole number that is not negative");
}

}  // namespace scalper::api
