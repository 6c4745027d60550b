#pragma once
// Root certificates that lie in the program itself.

#include <string_view>

namespace scalper::aws {

// PEM, one after the other; empty: this program has none and trusts the system's bundle. The packaged `bootstrap` is
// linked with a definition of its own (packaging/lambda/roots.py), which comes before the one in this folder's library.
[[nodiscard]] std::string_view embedded_roots();

}  // namespace scalper::aws
