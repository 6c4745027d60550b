#pragma once
// One hook's process with its pipes. Only for command_hook_runner.cpp.

#include <sys/types.h>

#include <string>

#include "adapters/local/command_hook_runner.h"
#include "adapters/local/posix.h"

namespace scalper {

// What of it the parent holds; all pipes are non-blocking and close on exec.
struct HookProcess {
  pid_t pid = -1;  // the leader of its group
  Fd input;        // standard input
  Fd bytes;        // descriptor 3
  Fd output;       // standard output
  Fd errors;       // standard error

  HookProcess() = default;
  HookProcess(HookProcess&& other) noexcept;
  HookProcess& operator=(HookProcess&&) = delete;
  ~HookProcess();  // end()

  // Kills the group and waits. The exit code; -1 where a signal ended it.
  int end();
  // The exit code as soon as it ended by itself.
  [[nodiscard]] bool has_ended(int& exit_code);
};

// kUnavailable: no process or pipe to be had.
[[nodiscard]] Result<HookProcess> start_hook(const std::string& program, const CommandHookLimits& limits,
                                             bool isolated);

// Tries it once, in a process that ends at once.
[[nodiscard]] bool can_isolate();

}  // namespace scalper
