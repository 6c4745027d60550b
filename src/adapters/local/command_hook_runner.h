#pragma once
// Hooks as commands: programs in one folder that the operator owns. A contract says a name; which file that is, and
// whether it may run at all, the folder says.
//
// A hook gets one line of JSON on standard input and the file's bytes on descriptor 3, and says its findings on
// standard output, one JSON object a line; exit code 0 says that it came to its end, and nothing that it started may
// go on after it. It runs in a process group, and
// where the kernel lets us in user, network and process namespaces of its own: without any network, and with all that
// it started it ends when the call ends. Its environment is empty but for PATH, LANG and HOME; no shell is between.

#include <cstddef>
#include <cstdint>
#include <string>

#include "ports/clock.h"
#include "ports/hook_runner.h"

namespace scalper {

struct CommandHookLimits {
  Millis wall{std::chrono::seconds{60}};  // under the lease's time, which no renewal interrupts
  std::uint64_t cpu_seconds = 30;
  std::uint64_t memory = std::uint64_t{1} << 30U;      // address space, bytes
  std::uint64_t file_size = std::uint64_t{64} << 20U;  // of a file that it writes
  std::uint64_t open_files = 64;
  bool isolate = true;  // false: as where the kernel lets us make no namespaces
};

class CommandHookRunner final : public HookRunner {
 public:
  // `folder` is absolute. The clock outlives it. From now on the process ignores SIGPIPE.
  CommandHookRunner(std::string folder, Clock& clock, CommandHookLimits limits = {});

  [[nodiscard]] Result<HookRun> run(const CallContext& context, const HookRequest& request) override;

  // Whether hooks run in namespaces of their own here. Where not, they have the gate's network, and what leaves its
  // process group outlives the call.
  [[nodiscard]] bool is_isolated() const { return isolated_; }

 private:
  // The program's path; `why` says why there is none.
  [[nodiscard]] std::string program_of(const std::string& hook, std::string& why) const;

  const std::string folder_;
  Clock& clock_;
  const CommandHookLimits limits_;
  const bool isolated_;
};

}  // namespace scalper
