#pragma once
// One hook's process with its pipes. Only for command_hook_runner.cpp.

#include <optional>
#include <string>

#include "adapters/local/command_hook_runner.h"
#include "adapters/local/hook_child.h"
#include "adapters/local/posix.h"

namespace scalper {

// What of it the gate holds; all pipes are non-blocking and close on exec.
struct HookProcess {
  int pid = -1;  // the hook's watcher, the leader of its group
  Fd input;      // standard input
  Fd bytes;      // descriptor 3
  Fd output;     // standard output
  Fd errors;     // standard error
  Fd ended;      // closes when the watcher ends

  HookProcess() = default;
  HookProcess(HookProcess&& other) noexcept;
  HookProcess& operator=(HookProcess&&) = delete;
  ~HookProcess();  // kills the group and waits

  // How it ended, as soon as it has; once. One that was never started ends with 127.
  [[nodiscard]] std::optional<HookEnd> has_ended();
};

// kUnavailable: no process or pipe to be had.
[[nodiscard]] Result<HookProcess> start_hook(const std::string& program, const CommandHookLimits& limits,
                                             bool isolated);

// Tries it once, in a process that ends at once.
[[nodiscard]] bool can_isolate();

}  // namespace scalper
