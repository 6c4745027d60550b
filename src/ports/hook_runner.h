#pragma once
// Checks of the operator's own, run after ours on files that are valid so far.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "ports/byte_source.h"
#include "ports/call_context.h"

namespace scalper {

struct HookRequest {
  std::string hook;  // as the contract names it: letters, digits, '.', '_', '-'. Which code that is, the operator says
  std::string json;  // one line: what the hook is told of the file (docs/hooks.md)
  std::uint64_t size = 0;
  // The bytes that were judged, once more; at most once a run, on the thread that runs. Its errors are could-nots.
  std::function<Result<std::unique_ptr<ByteSource>>(const CallContext&)> open;
};

struct HookRun {
  // Why the hook did not come to its end as it should: not there, failed, too late, too much. Escaped; empty: it did.
  std::string why;
  // What it said, one JSON object a line, not looked at yet; at most kMaxHookOutput.
  std::string output;
};

inline constexpr std::size_t kMaxHookOutput = std::size_t{256} * 1024;

// Thread-safe, blocks. Whatever a hook does ends with the call.
class HookRunner {
 public:
  virtual ~HookRunner() = default;
  // Errors: kCancelled, kTimeout (of the context), and what reading the file ended with. All else is `why`.
  [[nodiscard]] virtual Result<HookRun> run(const CallContext& context, const HookRequest& request) = 0;
};

}  // namespace scalper
