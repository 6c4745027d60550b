#include "api/answers.h"

#include <charconv>

#include "model/file_id.h"

namespace scalper::api {

Result<std::uint64_t> number_parameter(const Call& call, std::string_view name, std::uint64_t fallback,
                                       std::uint64_t least, std::uint64_t most) {
  if (!call.parameters.contains(name)) return fallback;
  const std::string text = call.parameter(name);
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return bad_parameter(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

Result<FileId> captured_id(const Call& call) {
  if (!is_file_id(call.captured[0]))
    return Error(ErrorCode::kInvalidArgument, "a file id is 26 characters of a-z and 2-7");
  return FileId{call.captured[0]};
}

}  // namespace scalper::api
