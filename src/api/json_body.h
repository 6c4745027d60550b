#pragma once
// Bodies of requests: small JSON objects, read strictly.

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "api/reply.h"
#include "base/result.h"
#include "ports/byte_source.h"
// Boost.JSON stays in .cpp files; those of api/ include it before they use body_object().
namespace boost::json {
class object;
}

namespace scalper::api {

inline constexpr std::size_t kMaxBody = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxContractsBody = std::size_t{17} << 20;

// The whole body. kInvalidArgument with a plain sentence above `at_most` bytes.
[[nodiscard]] Result<std::string> read_body(const CallContext& context, ByteSource& body, std::size_t at_most);

// A JSON object that has no members but `known`, and in no object two of one name; an empty body is an empty object.
// kInvalidArgument says what is wrong.
[[nodiscard]] Result<boost::json::object> body_object(const CallContext& context, ByteSource& body,
                                                      std::initializer_list<std::string_view> known,
                                                      std::size_t at_most = kMaxBody);

// Members, absent = the fallback. kInvalidArgument for another type.
[[nodiscard]] Result<std::string> text_member(const boost::json::object& object, std::string_view name);
[[nodiscard]] Result<bool> flag_member(const boost::json::object& object, std::string_view name);
[[nodiscard]] Result<std::uint64_t> count_member(const boost::json::object& object, std::string_view name,
                                                 std::uint64_t fallback);

}  // namespace scalper::api
