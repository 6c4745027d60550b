#include "adapters/aws/client/embedded_roots.h"

namespace scalper::aws {

std::string_view embedded_roots() { return {}; }

}  // namespace scalper::aws
