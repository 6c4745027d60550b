#pragma once
// What senders of files are told. Only for .cpp files of api/.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/reply.h"
#include "pipeline/upload.h"

namespace scalper::api {

// A non-negative decimal number and nothing else.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

// 201 with the record once it is final, 202 before; where it is to be asked for in Location.
[[nodiscard]] Reply received_reply(const Received& received, const std::string& key);
// 413.
[[nodiscard]] Reply body_too_large();

}  // namespace scalper::api
