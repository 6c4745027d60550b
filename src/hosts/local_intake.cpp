#include "hosts/local_intake.h"

#include <optional>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kPathChars = 200;

}  // namespace

Result<std::size_t> take_in(const CallContext& context, const std::vector<std::string>& ready, const TakeIn& take,
                            Telemetry& telemetry) {
  std::size_t taken = 0;
  std::size_t failed = 0;
  std::optional<Error> first;
  for (const std::string& path : ready) {
    const auto done = take(context, path);
    if (done.ok()) {
      taken += *done ? 1 : 0;
      continue;
    }
    if (done.failed_with(ErrorCode::kCancelled)) return done.error();
    telemetry.log({LogLevel::kWarning, "adopt_failed", {{"key", path}, {"error", done.error().message()}}});
    ++failed;
    if (!first) first = done.error().within(escape_text(path, kPathChars));
  }
  if (!first) return taken;
  return Error(first->code(), std::to_string(failed) + " of " + std::to_string(ready.size()) +
                                  " files of the inbox could not be taken; the first: " + first->message());
}

}  // namespace scalper
