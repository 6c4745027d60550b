#include "adapters/local/inbox.h"

#include <algorithm>

namespace scalper {

bool is_ignored_in_inbox(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (name.starts_with('.') || name.starts_with("~$") || name.ends_with(".part") || name.ends_with(".tmp") ||
        name.ends_with(".crdownload"))
      return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace scalper
