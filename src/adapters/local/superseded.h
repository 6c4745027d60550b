#pragma once
// Names in .scalper/replaced: the one kind that is understood, and so may go after a while. The name holds all that is
// to be asked of the file before, so that no list of them has to survive a crash.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/local/meta.h"
#include "adapters/local/posix.h"

namespace scalper {

struct Superseded {
  std::string file_id;  // whose target it was
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;

  // Nobody wrote to it since it was published.
  [[nodiscard]] bool is_of(const FileStat& st) const {
    return st.kind == FileKind::kRegular && st.size == size && st.mtime_ns == mtime_ns;
  }
};

// superseded.<file id>.<generation>.<size>.<mtime>; the generation alone where the version names no file id.
[[nodiscard]] std::string superseded_name(const PublishedVersion& version);
// nullopt: any other name, whatever it looks like.
[[nodiscard]] std::optional<Superseded> parse_superseded(std::string_view name);

}  // namespace scalper
