#pragma once
// Records of the API as a person reads them. Everything escaped.

#include <cstdint>
#include <string>

#include "hosts/cli/terminal.h"

namespace boost::json {
class value;
}

namespace scalper::cli {

[[nodiscard]] std::string list_head();
[[nodiscard]] std::string list_line(const boost::json::value& file, const Terminal& terminal);
// How the bytes of a file are found: by a path below the data folder, or by bucket and key.
enum class Stores : std::uint8_t { kFolders, kBuckets };
// All members that matter, one a line.
[[nodiscard]] std::string record_text(const boost::json::value& record, Stores stores, const Terminal& terminal);
// What happened, why, and what can be done: by commands that name the gate with the options `gate`, "--data d " or
// empty.
[[nodiscard]] std::string story_text(const boost::json::value& record, Stores stores, const std::string& gate,
                                     const Terminal& terminal);

}  // namespace scalper::cli
