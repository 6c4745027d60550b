#pragma once
// A text of another encoding than UTF-8, checked as its UTF-8 form: what the inner checker says names the bytes as they
// were received. Codes: encoding.characters, limit.memory, and those of the inner checker.

#include <functional>
#include <memory>

#include "validate/checker.h"

namespace scalper {

using MakeChecker = std::function<std::unique_ptr<Checker>(const Layer&)>;

// `layer` outlives it; the encoding is that of its settings. `make`: the checker of the UTF-8 form.
[[nodiscard]] std::unique_ptr<Checker> make_transcoding_checker(const Layer& layer, const MakeChecker& make);

}  // namespace scalper
