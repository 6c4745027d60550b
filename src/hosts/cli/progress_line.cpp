#include "hosts/cli/progress_line.h"

#include <algorithm>
#include <string>

namespace scalper::cli {
namespace {

constexpr std::chrono::seconds kShortWork{1};  // no progress line before
constexpr std::uint64_t kBarWidth = 24;

std::string bar(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t full = total == 0 ? 0 : std::min(kBarWidth, done * kBarWidth / total);
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "]";
}

}  // namespace

void ProgressLine::show(Terminal& terminal) {
  const auto now = std::chrono::steady_clock::now();
  if (now - begun < kShortWork || now - shown < std::chrono::milliseconds(100)) return;
  shown = now;
  const double seconds = std::chrono::duration<double>(now - begun).count();
  const std::uint64_t done = counters.bytes;
  terminal.show_progress(bar(bytes == 0 ? counters.files.load() : done, bytes == 0 ? files : bytes) + " " +
                         std::to_string(counters.files) + " of " + std::to_string(files) + " files, " +
                         human_size(done) + " of " + human_size(bytes) + ", " +
                         human_size(static_cast<std::uint64_t>(static_cast<double>(done) / seconds)) + "/s");
}

}  // namespace scalper::cli
