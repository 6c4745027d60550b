#pragma once

#include "adapters/aws/client/environment.h"

namespace scalper {

// The process's variables as they are now, with the fallbacks of hosts/environment.h. A copy: what is set later does
// not show, and every thread may ask.
[[nodiscard]] aws::Environment process_environment();

}  // namespace scalper
