#include "hosts/version.h"

namespace scalper {

std::string program_version() { return SCALPER_VERSION; }

}  // namespace scalper
