#pragma once
// What the API answers. Hosts turn it into bytes; a WaitFor they resolve themselves and ask again.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/names.h"
#include "ports/byte_source.h"
#include "ports/call_context.h"

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
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside Location
};

// An answer that goes on: `next` is asked at once, again at once while it has more, and whenever some file became
// final; what it says is sent as it is. Only from a service that has a feed (Service::events), one thread at a
// time.
struct Follow {
  struct Piece {
    std::string text;
    bool more = false;
  };
  std::string content_type;
  std::function<Result<Piece>(const CallContext&)> next;
  std::string idle;   // sent when there was nothing for a while, so that a reader that left is noticed
  Millis at_most{0};  // then the answer ends; 0: with what there is
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using Reply = std::variant<Complete, Stream, WaitFor, Redirect, Follow>;

}  // namespace scalper::api
