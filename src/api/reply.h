#pragma once
// What the API answers. Hosts turn it into bytes; a WaitFor they resolve themselves and ask again.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/names.h"
#include "ports/byte_source.h"

namespace scalper::api {

inline constexpr const char* kJson = "application/json";
inline constexpr const char* kProblemJson = "application/problem+json";  // RFC 9457

struct Complete {
  int status = 200;
  std::string content_type = kJson;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beyond the content's own
};

struct Stream {
  std::string content_type = kJson;
  std::optional<std::uint64_t> size;
  std::unique_ptr<ByteSource> body;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Nothing final yet: ask the same again when `id` became final, or after `at_most` with may_wait = false.
struct WaitFor {
  FileId id;
  Millis at_most{0};
};

struct Redirect {
  std::string location;
};

using Reply = std::variant<Complete, Stream, WaitFor, Redirect>;

}  // namespace scalper::api
