#pragma once
// JSON text sequences, RFC 7464: each text behind a record separator (1E), with a line feed behind it. Codes:
// json.sequence, json.sequence_end, and of each text those of JSON. A bad text is one finding, and the next separator
// begins as if nothing had happened. Of a number, true, false or null nobody can tell whether it was cut unless white
// space follows (section 2.4): without it, it is json.truncated, as is a separator with nothing behind it at the end.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_json_seq_checker(const Layer& layer);

}  // namespace scalper
