#pragma once
// What happens between fork() and the hook's first instruction, and the process that watches it. Only for
// hook_process.cpp. The gate has threads: from here on only what is safe after a fork of such a process, nothing
// allocates and nothing locks.

#include "adapters/local/command_hook_runner.h"

namespace scalper {

// How a hook ended, as its watcher writes it into a pipe that the hook never has.
struct HookEnd {
  int status = 0;         // of waitpid(2)
  int left_children = 0;  // 1: processes that it began went on after it; they were ended
};

struct HookChildSide {
  int input;   // its standard input
  int bytes;   // its descriptor 3
  int output;  // its standard output
  int errors;  // its standard error
  int ended;   // of its watcher: a HookEnd
};

inline constexpr int kHookNotStarted = 127;

// In the child: makes the namespaces, becomes the watcher and starts the hook below it. In a process namespace the
// watcher is the first process, so that the hook is not: the first one is spared signals that it does not await.
[[noreturn]] void become_hook_watcher(const char* program, char* const* words, char* const* environment,
                                      HookChildSide pipes, const CommandHookLimits& limits, bool isolated);

// Whether this process may make the namespaces. It has them afterwards.
[[nodiscard]] bool enter_hook_namespaces();

}  // namespace scalper
