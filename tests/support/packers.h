#pragma once
// Texts packed by the formats' own libraries, as senders' tools do.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalper::tests {

// One stream or frame each.
[[nodiscard]] std::string bzip2_of(std::string_view text);
[[nodiscard]] std::string xz_of(std::string_view text);
// With a checksum and its length; `window_log` states a window of that many bits instead.
[[nodiscard]] std::string zstd_of(std::string_view text, int window_log = 0);
[[nodiscard]] std::string lz4_of(std::string_view text);

struct Packer {
  std::string extension;  // without the point
  std::function<std::string(std::string_view)> pack;
  // What all streams or frames of a file decode to, up to 4 MiB; nullopt if its library refuses one.
  std::function<std::optional<std::string>(std::string_view)> unpack;
};
// gzip and those above.
[[nodiscard]] const std::vector<Packer>& packers();

}  // namespace scalper::tests
