#pragma once
// The body of a message. It names a file and nothing more that is trusted: everything else is in the record.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "model/object_ref.h"

namespace scalper {

struct ReviewMessage {
  FileId id;
  std::uint64_t revision = 0;  // of the record when the intent was accepted
};

using WorkMessage = std::variant<ObjectEvent, ReviewMessage>;

// {"bucket","key","version"} with optional "sequencer", "size", "time", "traceparent"; or {"review","revision"}. A key
// that is no UTF-8 travels as "key_hex".
[[nodiscard]] std::string format_message(const WorkMessage& message);

// kInvalidArgument says what is wrong. Unknown members are ignored, missing ones are not.
[[nodiscard]] Result<WorkMessage> parse_message(std::string_view body);

// The same, as people write it: a "version" that is left out is the current one, and stays empty.
[[nodiscard]] Result<WorkMessage> parse_message_by_hand(std::string_view body);

}  // namespace scalper
